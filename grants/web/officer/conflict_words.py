"""Suggested conflicts in words: kinds, strengths, and the facts as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.juries.models import Answer, HintKind, InterestKind, Strength
from grants.web import wording
from grants.web.juror.words import Words

KINDS: Mapping[HintKind, Any] = {
    HintKind.MEMBER: _l("Member of the applicant"),
    HintKind.MANDATE: _l("Mandate"),
    HintKind.EMPLOYER: _l("Employer"),
    HintKind.FAMILY: _l("Close relations"),
    HintKind.OFFICER: _l("Same name"),
    HintKind.NAMED: _l("Named in the file"),
    HintKind.DOMAIN: _l("E-mail domain"),
    HintKind.ADDRESS: _l("Address"),
    HintKind.ACCOUNT: _l("Bank account"),
    HintKind.PARTNER: _l("Partner of the project"),
    HintKind.COFUNDER: _l("Co-funder"),
}
STRENGTHS = {
    Strength.STRONG: Words(_l("Strong"), "danger"),
    Strength.MEDIUM: Words(_l("Medium"), "warning"),
    Strength.WEAK: Words(_l("Weak"), "neutral"),
}
ANSWERS = {
    Answer.CONFIRMED: Words(_l("Confirmed"), "danger"),
    Answer.DISMISSED: Words(_l("Dismissed"), "neutral"),
}


class Suggested(Protocol):
    """What a sentence is made from: a suggestion, kept or not."""

    @property
    def kind(self) -> HintKind: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


def reason_of(one: Suggested) -> str:
    """The facts of a suggestion as a sentence."""
    return SENTENCES[one.kind](one.facts)


def _tie(facts: Mapping[str, Any]) -> str:
    """« Déclare un mandat à « Les Amis du Lac » (trésorière, depuis 2015) »."""
    told = {"body": facts["body"], "more": _more(facts)}
    if facts["tie"] == InterestKind.EMPLOYER:
        return str(_("Declares “%(body)s” as employer or client%(more)s.", **told))
    return str(_("Declares a mandate at “%(body)s”%(more)s.", **told))


def _more(facts: Mapping[str, Any]) -> str:
    parts = [facts["role"]] if facts["role"] else []
    if facts["until"]:
        parts.append(_("until %(day)s", day=wording.day(date.fromisoformat(facts["until"]))))
    elif facts["since"]:
        parts.append(_("since %(year)s", year=facts["since"]))
    return f" ({', '.join(parts)})" if parts else ""


def _body(facts: Mapping[str, Any]) -> str:
    told = {"applicant": facts["applicant"]}
    sentences = {
        "number": _("It is the applicant: same registration number."),
        "name": _("The applicant is called “%(applicant)s”.", **told),
        "near_name": _("The applicant has a name near to it: “%(applicant)s”.", **told),
    }
    return f"{_tie(facts)} {sentences[facts['by']]}"


def _partner(facts: Mapping[str, Any]) -> str:
    if facts["by"] == "number":
        return f"{_tie(facts)} {_('The file gives the number of this body.')}"
    return f"{_tie(facts)} {_('The file names this body.')}"


def _cofunder(facts: Mapping[str, Any]) -> str:
    if facts["by"] == "aid":
        return f"{_tie(facts)} {_('The applicant declares an aid of this body.')}"
    return f"{_tie(facts)} {_('The file names this funder.')}"


def _family(facts: Mapping[str, Any]) -> str:
    told = {"name": facts["name"], "applicant": facts["applicant"]}
    if facts["person"]:
        return str(
            _("Names %(name)s, who acts for “%(applicant)s”, among close relations.", **told)
        )
    return str(_("Names “%(name)s” when speaking of close relations.", **told))


SENTENCES: Mapping[HintKind, Callable[[Mapping[str, Any]], str]] = {
    HintKind.MEMBER: lambda facts: _(
        "Acts for “%(applicant)s” in Lauréat.", applicant=facts["applicant"]
    ),
    HintKind.MANDATE: _body,
    HintKind.EMPLOYER: _body,
    HintKind.FAMILY: _family,
    HintKind.OFFICER: lambda facts: _(
        "Has the same name as %(name)s, who acts for “%(applicant)s”.",
        name=facts["name"],
        applicant=facts["applicant"],
    ),
    HintKind.NAMED: lambda _facts: _("This person’s name stands in the file."),
    HintKind.DOMAIN: lambda facts: _(
        "Has an e-mail address at %(domain)s, as “%(applicant)s” has.",
        domain=facts["domain"],
        applicant=facts["applicant"],
    ),
    HintKind.ADDRESS: lambda facts: _(
        "“%(body)s”, to which this person is tied, and “%(applicant)s” have one address: "
        "%(place)s.",
        body=facts["body"],
        applicant=facts["applicant"],
        place=facts["place"],
    ),
    HintKind.ACCOUNT: lambda _facts: _(
        "The bank account of this file was also given by a body to which this person is tied."
    ),
    HintKind.PARTNER: _partner,
    HintKind.COFUNDER: _cofunder,
}
