"""How approvals, regimes, declarations and documents of organisations are called on the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.people.declarations import Standing
from grants.people.models import AidRegime, ApprovalKind, DeclarationKind
from grants.people.standing import Social
from grants.vault.models import DocumentKind

SOCIALS = {
    Social.BY_LAW: _l("Yes, by its legal form"),
    Social.COMPANY: _l("Yes, as a company of the social economy"),
    Social.NO: _l("No"),
}
APPROVALS = {
    ApprovalKind.ESUS: _l("ESUS: solidarity enterprise of social utility"),
    ApprovalKind.SIAE: _l("SIAE: structure for work integration"),
    ApprovalKind.EA: _l("EA: adapted enterprise"),
    ApprovalKind.ESAT: _l("ESAT: support through work for people with disabilities"),
    ApprovalKind.RUP: _l("RUP: recognised as being of public benefit"),
}
APPROVALS_SHORT = {kind: kind.value.upper() for kind in ApprovalKind}
REGIMES = {
    AidRegime.NONE: _l("Outside State aid (local or non-economic activity)"),
    AidRegime.DE_MINIMIS: _l("De minimis, general"),
    AidRegime.DE_MINIMIS_SIEG: _l("De minimis, services of general economic interest"),
    AidRegime.DE_MINIMIS_FARMING: _l("De minimis, farming"),
    AidRegime.DE_MINIMIS_FISHERY: _l("De minimis, fishery"),
    AidRegime.EXEMPTED: _l("Exempted from notification"),
    AidRegime.NOTIFIED: _l("Notified to the European Commission"),
}
DECLARATIONS = {
    DeclarationKind.REPUBLICAN_CONTRACT: _l("Contrat d’engagement républicain"),
    DeclarationKind.TAXES: _l("Up to date with taxes"),
    DeclarationKind.SOCIAL: _l("Up to date with social contributions"),
    DeclarationKind.PUBLIC_AID: _l("Other public aid is all listed"),
}
DECLARED_SENTENCES = {
    DeclarationKind.REPUBLICAN_CONTRACT: _l(
        "The organisation subscribes to the contrat d’engagement républicain (decree 2021-1947): "
        "laws of the Republic, freedom of conscience, freedom of its members, equality, "
        "fraternity, dignity, respect for the symbols of the Republic."
    ),
    DeclarationKind.TAXES: _l("The organisation has filed and paid the taxes that it owes."),
    DeclarationKind.SOCIAL: _l(
        "The organisation has filed and paid the social contributions that it owes."
    ),
    DeclarationKind.PUBLIC_AID: _l(
        "The list below holds every public aid that the organisation, and the enterprises linked "
        "to it, received in the last three years."
    ),
}
STANDINGS = {
    Standing.MISSING: (_l("To declare"), "warning"),
    Standing.MADE: (_l("Declared"), "success"),
    Standing.OLD: (_l("To renew"), "warning"),
    Standing.CHANGED: (_l("List changed: declare again"), "warning"),
}
DOCUMENTS = {
    DocumentKind.STATUTES: _l("Statutes"),
    DocumentKind.OFFICERS_LIST: _l("List of officers"),
    DocumentKind.AGREEMENT: _l("Publication in the Journal officiel, or receipt of declaration"),
    DocumentKind.ACCOUNTS: _l("Approved annual accounts"),
    DocumentKind.RIB: _l("Bank details (RIB)"),
    DocumentKind.APPROVAL_ESUS: _l("ESUS approval"),
    DocumentKind.BUDGET_ORG: _l("Budget of the organisation"),
    DocumentKind.ACTIVITY_REPORT: _l("Activity report"),
    DocumentKind.OTHER: _l("Other document"),
}
DOCUMENT_HINTS = {
    DocumentKind.STATUTES: _l("Signed and up to date."),
    DocumentKind.OFFICERS_LIST: _l("The board and the officers, with what each does."),
    DocumentKind.AGREEMENT: _l("What proves that the association was declared."),
    DocumentKind.ACCOUNTS: _l("Good for 18 months after the closing of the financial year."),
    DocumentKind.RIB: _l("In the name of the organisation, with IBAN and BIC."),
    DocumentKind.APPROVAL_ESUS: _l("Two or five years, as the prefect decided."),
    DocumentKind.BUDGET_ORG: _l("Good for the year that it is about."),
    DocumentKind.ACTIVITY_REPORT: _l("Good for 18 months after the end of the year."),
    DocumentKind.OTHER: _l("Give it a name, so that it can be found again."),
}
EMPLOYEE_BRACKETS = {
    "NN": _l("no employee"),
    "00": _l("no employee at the end of the year"),
    "01": _l("1 or 2 employees"),
    "02": _l("3 to 5 employees"),
    "03": _l("6 to 9 employees"),
    "11": _l("10 to 19 employees"),
    "12": _l("20 to 49 employees"),
    "21": _l("50 to 99 employees"),
    "22": _l("100 to 199 employees"),
    "31": _l("200 to 249 employees"),
    "32": _l("250 to 499 employees"),
    "41": _l("500 to 999 employees"),
}
REGISTER_FIELDS = {
    "name": _l("Name"),
    "legal_form": _l("Legal form"),
    "rna": _l("RNA number"),
    "address": _l("Seat"),
    "registered_on": _l("Date of creation"),
    "is_social": _l("Social economy"),
}
MAY_DO = (
    (_l("Read everything: applications, documents, decisions"), "rte"),
    (_l("Fill in applications, take documents from the vault"), "re"),
    (_l("Deposit and replace documents of the organisation"), "rte"),
    (_l("Submit, withdraw and answer in the organisation’s name"), "r"),
    (_l("Ask for payments and give bank details"), "rt"),
    (_l("List other public aid"), "rt"),
    (_l("Change the organisation’s identity, declare in its name"), "r"),
    (_l("Invite, give roles, hand over"), "r"),
)
"""What each role may do: the first letters of those that may."""
