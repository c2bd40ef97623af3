"""What is looked for among calls, in an address: read from it, written back, told in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grants.calls import themes
from grants.calls.discovery import Filters, Offered
from grants.calls.eligibility import Applicant
from grants.calls.queries import Moment
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.public.words import round_amount

MOMENTS = {"ouvert": Moment.OPEN, "bientot": Moment.UPCOMING, "clos": Moment.PAST}
MOMENT_WORDS = {
    "": _l("All"),
    "ouvert": _l("Open now"),
    "bientot": _l("Coming soon"),
    "clos": _l("Over"),
}
APPLICANTS = {
    "association": Applicant.ASSOCIATION,
    "fondation": Applicant.FOUNDATION,
    "cooperative": Applicant.COOPERATIVE,
    "entreprise": Applicant.COMPANY,
    "public": Applicant.PUBLIC,
    "personne": Applicant.PERSON,
}
APPLICANT_WORDS = {
    Applicant.ASSOCIATION: _l("An association"),
    Applicant.FOUNDATION: _l("A foundation"),
    Applicant.COOPERATIVE: _l("A cooperative (SCIC, SCOP)"),
    Applicant.COMPANY: _l("A company"),
    Applicant.PUBLIC: _l("A public body"),
    Applicant.PERSON: _l("A person in their own name"),
}
NAMES = {
    "q": "q",
    "funder": "financeur",
    "territory": "territoire",
    "applicant": "porteur",
    "theme": "theme",
    "amount": "montant",
    "moment": "etat",
}
"""Each filter's name in an address."""
TEXT_MAX = 200
AMOUNT = re.compile(r"\s*(?P<euros>[0-9]{1,3}(?:[\s.\u202f\u00a0]?[0-9]{3}){0,3}|[0-9]{1,9})"
                    r"(?:,[0-9]{1,2})?\s*€?\s*")  # fmt: skip


def asked(source: Mapping[str, str] | None = None) -> Filters:
    """The filters that an address (this request's by default) asks for.

    What no list offers asks for nothing: an address may be old.
    """
    given = request.args if source is None else source
    applicant = APPLICANTS.get(given.get("porteur", ""))
    moment = MOMENTS.get(given.get("etat", ""))
    return Filters(
        q=given.get("q", "").strip()[:TEXT_MAX],
        funder=given.get("financeur", "")[:TEXT_MAX],
        territory=given.get("territoire", "")[:TEXT_MAX],
        applicant=applicant.value if applicant else "",
        theme=given.get("theme", "") if given.get("theme") in themes.BY_KEY else "",
        amount=euros(given.get("montant", "")),
        moment=moment.value if moment else "",
    )


def euros(text: str) -> int | None:
    """« 15 000 € » as 15000; None for what is no amount."""
    found = AMOUNT.fullmatch(text)
    return int(re.sub(r"\D", "", found["euros"])) or None if found else None


def address(filters: Filters, *, moment: bool = True) -> dict[str, str]:
    """The arguments of the address that asks for these filters."""
    codes = {applicant.value: code for code, applicant in APPLICANTS.items()}
    moments = {one.value: code for code, one in MOMENTS.items()}
    values: dict[str, Any] = {
        **{name: getattr(filters, name) for name in NAMES},
        "applicant": codes.get(filters.applicant, ""),
        "moment": moments.get(filters.moment, "") if moment else "",
    }
    return {NAMES[name]: str(value) for name, value in values.items() if value}


def told(filters: Filters, offered: Offered) -> list[tuple[str, dict[str, str]]]:
    """What is looked for, one line each, and the address without it. The moment aside."""
    lines = {
        "q": _("“%(words)s”", words=filters.q),
        "funder": dict(offered.funders).get(filters.funder, filters.funder),
        "territory": dict(offered.territories).get(filters.territory, filters.territory),
        "applicant": str(APPLICANT_WORDS.get(Applicant(filters.applicant), ""))
        if filters.applicant
        else "",
        "theme": theme_words(filters.theme),
        "amount": _(
            "at least %(amount)s", amount=round_amount(100 * (filters.amount or 0), Unit.EUR)
        ),
    }
    here = address(filters)
    return [
        (words, {key: value for key, value in here.items() if key != NAMES[name]})
        for name, words in lines.items()
        if getattr(filters, name)
    ]


def theme_words(key: str) -> str:
    """The words of a theme; "" for none."""
    theme = themes.BY_KEY.get(key)
    return wording.localized(theme, "label") if theme else ""


def theme_pairs() -> list[tuple[str, str]]:
    """Every theme, as a list of choices."""
    return [(one.key, wording.localized(one, "label")) for one in themes.THEMES]


def applicant_pairs() -> list[tuple[str, str]]:
    """Every sort of applicant, as a list of choices."""
    return [(code, str(APPLICANT_WORDS[kind])) for code, kind in APPLICANTS.items()]


def themes_of(call: Any) -> list[str]:
    """The themes of a call or of its card, in words."""
    return [words for key in call.themes if (words := theme_words(key))]
