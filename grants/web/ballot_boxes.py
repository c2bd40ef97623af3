"""The boxes of a ballot, whoever votes: read from a request, and what is wrong in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from grants.juries.statistics.ballots import Fault, Flaw
from grants.web.forms import Form

CHOICE, POINTS, RANK = "choice", "points-", "rank-"
DIGITS_MAX = 6


class BoxForm(Form):
    """What somebody chooses: `choices` as understood, `as_typed` as it stood in the boxes."""

    choices: dict[UUID, int]
    as_typed: dict[str, str]
    is_garbled = False

    @classmethod
    def blank(cls, choices: Mapping[UUID, int] | None = None) -> Self:
        """A ballot to fill in, or with these choices in it."""
        form = cls(formdata=None)
        form.choices = dict(choices or {})
        form.as_typed = {str(one): str(value) for one, value in form.choices.items()}
        return form

    @classmethod
    def sent(cls, numbers: str = POINTS) -> Self:
        """The ballot that came with the request; `numbers` begins the names of boxes to fill."""
        form = cls()
        form.choices, form.as_typed = {}, dict.fromkeys(request.form.getlist(CHOICE), "1")
        for name, typed in request.form.items():
            if name.startswith(numbers) and typed.strip() not in {"", "0"}:
                form.as_typed[name.removeprefix(numbers)] = typed.strip()
        for one, typed in form.as_typed.items():
            try:
                form.choices[UUID(one)] = _whole(typed)
            except ValueError:
                form.is_garbled = True
        return form


def told(fault: Fault, amount: Callable[[int], str], *, shares: bool = False) -> str:
    """What is wrong with a ballot, in a sentence; `shares`: it shares points out."""
    if fault.flaw is Flaw.UNKNOWN:
        return str(_("A project that is not, or no longer, in this vote was chosen."))
    if fault.flaw is Flaw.TOO_FEW:
        return str(_("Choose one project at least."))
    if fault.flaw is Flaw.TOO_DEAR:
        return str(
            _(
                "Your projects cost %(seen)s together: %(allowed)s at most.",
                seen=amount(fault.seen),
                allowed=amount(fault.allowed),
            )
        )
    if fault.flaw is Flaw.TOO_MANY:
        return str(
            ngettext(
                "You chose %(seen)s projects: choose %(num)s at most.",
                "You chose %(seen)s projects: choose %(num)s at most.",
                fault.allowed,
                seen=fault.seen,
            )
        )
    return _told_numbers(fault, shares=shares)


def garbled() -> str:
    """What was typed is no number, or names nothing."""
    return str(_("Points are whole numbers, and projects those of this vote."))


def misplaced() -> str:
    """What was typed is no place, or names nothing."""
    return str(_("Places are whole numbers from 1, and files those of this ballot."))


def _told_numbers(fault: Fault, *, shares: bool) -> str:
    facts = {"seen": fault.seen, "allowed": fault.allowed}
    if fault.flaw is Flaw.TOO_MANY_POINTS:
        return str(_("You gave %(seen)s points: %(allowed)s at most.", **facts))
    if fault.flaw is Flaw.TOO_MANY_ON_ONE and shares:
        return str(_("You gave %(seen)s points to one project: %(allowed)s at most.", **facts))
    if fault.flaw is Flaw.OFF_THE_SCALE:
        return str(_("Places go from 1 to %(allowed)s: you wrote %(seen)s.", **facts))
    return garbled()


def _whole(typed: str) -> int:
    digits = typed.removeprefix("-")
    # int() alone would read 1_0 as ten.
    if len(typed) > DIGITS_MAX or not (digits.isascii() and digits.isdecimal()):
        raise ValueError(typed)
    return int(typed)
