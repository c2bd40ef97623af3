"""Why an instalment, a claim or a payment order is refused."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from grants.payments.models import ClaimState as C
from grants.payments.models import OrderState as O

CLAIM_IS = {
    C.SUBMITTED: _l("This claim is still being checked."),
    C.REFUSED: _l("This claim was sent back to its beneficiary."),
    C.CERTIFIED: _l("This claim is already accepted."),
    C.ORDERED: _l("The payment of this claim is already ordered."),
    C.PAID: _l("This claim is already paid."),
}
ORDER_IS = {
    O.PREPARED: _l("This order is not signed yet."),
    O.REJECTED: _l("This order was turned down."),
    O.APPROVED: _l("This order is already signed."),
    O.PAID: _l("This order is already paid."),
}

CLAIM_VERBS = (
    *("certify", "refuse", "order", "take_back"),
    *("pay", "bounce", "come_back", "stop_clock"),
)
ORDER_VERBS = ("approve", "reject", "pay", "bounce", "accept", "come_back")
"""What may be tried on a claim, or an order, that stands where it is not done."""

SENTENCES = {
    **{
        f"claim.{verb}.from_{state}": words
        for verb in CLAIM_VERBS
        for state, words in CLAIM_IS.items()
    },
    **{
        f"payment_order.{verb}.from_{state}": words
        for verb in ORDER_VERBS
        for state, words in ORDER_IS.items()
    },
    "instalment.share_missing": _l("Write the share of each instalment, from 1 to 100."),
    "instalment.shares_not_whole": _l("The shares make %(total)s %%: they must make 100 %%."),
    "instalment.in_kind_is_one": _l("Floor area is handed over at once: plan one instalment."),
    "instalment.share_too_small": _l("One of these instalments would be worth nothing."),
    "instalment.claimed_already": _l(
        "A payment of this award has already been claimed: its plan can no longer change."
    ),
    "claim.iban_missing": _l("Write the IBAN of the account to pay to."),
    "claim.iban_invalid": _l(
        "This IBAN is not right: check each character on the bank details (RIB)."
    ),
    "claim.holder_missing": _l("Write the name of the holder of the account."),
    "claim.reference_missing": _l("Write the reference of the document."),
    "claim.document_missing": _l("Add the document that this payment needs."),
    "claim.previous_first": _l("The payment “%(label)s” comes first, and is not made yet."),
    "claim.already_made": _l("This payment was already claimed on %(submitted_at)s."),
    "claim.reason_missing": _l("Say what must be corrected: the beneficiary will read it."),
    "payment_order.approve.same_person": _l(
        "You prepared the order %(number)s: another person must sign it."
    ),
    "payment_order.reason_missing": _l("Say why the order is turned down."),
    "payment_order.reference_missing": _l("Write the reference of the payment."),
    "payment_order.paid_to_come": _l("This date is in the future."),
    "payment_order.paid_before_approval": _l(
        "An order is not paid before it is signed (%(approved_at)s)."
    ),
    "payment_order.bounced_before_paid": _l(
        "A transfer comes back on the day it was paid at the earliest, and today at the latest."
    ),
    "payment_order.accepted_before_signed": _l(
        "An order is taken over on the day it was signed at the earliest, and today at the latest."
    ),
    "instalment.condition_unnamed": _l("Name the letter, or the document, that is asked for."),
    "claim.clock_stopped": _l("An answer of the beneficiary is waited for since %(since_on)s."),
    "claim.pause_reason_missing": _l("Say what is missing: the beneficiary will read it."),
    "claim.pause_day": _l(
        "The sixty days wait from %(first_on)s at the earliest, and from today at the latest."
    ),
    "claim.resume_day": _l(
        "The answer came on %(first_on)s at the earliest, and today at the latest."
    ),
    "claim.answer_missing": _l("Write your answer, or add the document that is asked for."),
    "claim.missing_agreement": _l("The agreement is not signed yet: nothing can be paid."),
    "claim.beyond_agreement": _l(
        "An amendment brought the agreement down to %(amount)s: with what was certified before,"
        " this payment would go beyond it."
    ),
    "claim.missing_report": _l("The report on the project is not accepted yet."),
    "claim.missing_audit": _l("The auditor’s certificate is missing."),
    "claim.missing_cofunder": _l("The letter of another funder is missing (%(label)s)."),
    "claim.missing_document": _l("A document is missing (%(label)s)."),
    "claim.holder_differs": _l(
        "The account is in the name of “%(holder)s”, the award in that of “%(beneficiary)s”:"
        " say why this is right, or send the claim back."
    ),
    "condition.note_missing": _l("Say by which document this is proved."),
    "condition.to_come": _l("This date is in the future."),
    "condition.certified_already": _l(
        "The claim is already accepted, or was sent back: its conditions no longer change."
    ),
    "bank_details.same_person": _l(
        "You gave this account yourself: another person has to agree to it."
    ),
    "bank_details.reason_missing": _l("Say how you made sure with the beneficiary, or why not."),
    "bank_details.answered": _l("Somebody has answered about this account already."),
    "bank_details.change_waits": _l(
        "The beneficiary changed account (ending in %(digits)s) and nobody has made sure of it yet."
    ),
    "payment_setting.authorities_have_no_account": _l(
        "An authority has no account of its own: its accounting officer pays."
    ),
    "order_batch.nothing_signed": _l(
        "Nothing in this batch is signed and paid by transfer: there is nothing to send."
    ),
    "order_batch.not_whole": _l(
        "You stepped back from an application of this batch: somebody else makes its files."
    ),
    "order_batch.codes_missing": _l(
        "The codes of the accounting post, the authority and the budget are missing."
    ),
    "order_batch.no_account": _l(
        "Only a partner that pays by itself sends transfers, from the account given in the"
        " settings."
    ),
    "order_batch.siret_missing": _l(
        "The authority has no SIRET number, with which the flow begins: an administrator writes it."
    ),
    "order_batch.nature_missing": _l(
        "The envelope “%(envelope)s” has no account by nature (M57), which each line of the flow "
        "bears."
    ),
    "order_batch.function_malformed": _l(
        "The function of the envelope “%(envelope)s” is not made of digits, ten at most, as each "
        "line of the flow wants it."
    ),
    "order_batch.not_signed": _l(
        "%(waiting)s orders of this batch wait for a signature: a batch leaves once all of its "
        "orders are signed or turned down."
    ),
    "order_batch.sent_already": _l(
        "The transfers of this batch left already, in a file made on %(made_at)s: say why they "
        "leave again."
    ),
    "payment_return.empty": _l("There is no line in this file."),
    "payment_return.file_missing": _l("Choose the file."),
    "payment_return.file_too_large": _l("This file is too large: 10 MB at most."),
    "payment_return.too_long": _l("This file has too many lines: %(maximum)s at most."),
    "payment_return.columns": _l(
        "The columns “mandat”, “etat”, “date” and “montant” are needed in the first line."
    ),
    "payment_return.line": _l("Line %(line)s cannot be read: nothing of this file was taken in."),
    "payment_return.not_camt": _l("This is not a bank statement in the camt.053 format."),
    "payment_return.camt_version": _l(
        "This version of statement is not read (%(found)s): ask the bank for one from "
        "camt.053.001.02 to camt.053.001.12."
    ),
    "payment_return.camt_incomplete": _l(
        "The statement %(reference)s lacks %(missing)s: ask the bank for the whole file."
    ),
    "payment_return.camt_balance": _l(
        "The statement %(reference)s lacks its opening or its closing balance (OPBD, CLBD): ask "
        "the bank for a statement with both."
    ),
    "payment_return.camt_currency": _l(
        "The statement %(reference)s is in %(found)s; only statements in euros are read."
    ),
    "payment_return.camt_sum": _l(
        "The statement %(reference)s does not add up: its entries lead to %(expected_cents)s and "
        "its closing balance says %(told_cents)s. A page may be missing; nothing was taken in."
    ),
    "payment_return.camt_details": _l(
        "In the statement %(reference)s, the details of entry %(line)s make %(told_cents)s and "
        "the entry %(expected_cents)s: nothing was taken in."
    ),
    "payment_return.camt_account": _l(
        "The statement %(reference)s is of another account than yours, which ends in %(last4)s: "
        "choose the statement of that account, or the authority whose account it is."
    ),
    "payment_return.camt_again": _l(
        "The statement %(reference)s of %(closed_on)s was taken in already, with another file."
    ),
    "payment_return.not_pes": _l(
        "This is neither a return of expenses (PES_Retour) nor an acknowledgement (PES_ACQUIT) of "
        "a PES flow."
    ),
    "payment_return.flow_refused": _l(
        "The accounting office’s application did not let the bordereau in: mend it, send it again "
        "and leave this line aside, or match the line to turn the order down."
    ),
    "payment_return.unknown_batch": _l(
        "This acknowledgement refuses the bordereau %(number)s, which is none of yours: nothing "
        "was taken in."
    ),
    "payment_return.not_xml": _l("This file is not XML that can be read safely."),
    "payment_return.settled": _l("This line is settled already."),
    "payment_return.reason_missing": _l("Say why this line is no answer to an order."),
    "payment_return.unknown_reference": _l("No order bears this reference."),
    "payment_return.several": _l("Several orders of this amount wait: choose which one."),
    "payment_return.doubtful": _l(
        "Only its amount tells which order it may be about: say whether it is that one."
    ),
    "payment_return.amount_differs": _l("The order %(number)s is of another amount."),
    "payment_return.to_come": _l("This date is in the future."),
    "payment_return.paid_twice": _l("Another line says already that %(number)s was paid."),
    "payment_setting.post_malformed": _l("Six or seven digits, or a post of Corsica (02A, 02B)."),
    "payment_setting.change_waits": _l(
        "Another change waits for a second person: it is confirmed or given up first."
    ),
    "payment_setting.same_person": _l(
        "You proposed this change yourself: another person who pays for this authority confirms it."
    ),
    "payment_setting.nothing_waits": _l(
        "This change waits no more: somebody confirmed it or gave it up meanwhile."
    ),
    "payment_setting.community_malformed": _l("Three digits or capital letters."),
    "payment_setting.budget_malformed": _l("Two digits or capital letters."),
    "payment_setting.debtor_missing": _l("Write the name of the account’s holder."),
}

_TO_PROVE = _l("Once it is there, tick it on the page of the claim, with its date.")
REMEDIES = {
    **{f"claim.missing_{kind}": _TO_PROVE for kind in ("report", "audit", "cofunder", "document")},
    "claim.missing_agreement": _l(
        "The beneficiary, then the authority, sign it; then tick it on the page of the claim."
    ),
    "claim.beyond_agreement": _l(
        "Withdraw the difference from the award, on the page of its withdrawals: its last"
        " instalments are shortened by it, and the claim is certified for what is left."
    ),
    "bank_details.change_waits": _l(
        "Finance calls the beneficiary, at a number that was known before, and agrees under"
        " Bank details."
    ),
}
