"""A ballot as a form: read from boxes, kept in the voter's browser until the mail is followed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from grants.juries.statistics.ballots import Fault, Flaw
from grants.polls import rules
from grants.polls.models import Poll, PollRule
from grants.web import wording
from grants.web.forms import Form
from grants.web.requests import settings

COOKIE = "bulletin"
KEPT_SECONDS = 86_400
COOKIE_MAX = 3_500
POINTS = "points-"
DIGITS_MAX = 6


class CodeForm(Form):
    """A code on paper."""

    code = StringField(
        _l("Code"),
        description=_l("Sixteen letters and digits. Dashes and case do not matter."),
        validators=[InputRequired(_l("Write the code.")), Length(max=60)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class BallotForm(Form):
    """What somebody chooses: `choices` as understood, `as_typed` as it stood in the boxes."""

    choices: dict[UUID, int]
    as_typed: dict[str, str]
    is_garbled = False

    @classmethod
    def blank(cls, choices: Mapping[UUID, int] | None = None) -> BallotForm:
        """A ballot to fill in, or with these choices in it."""
        form = cls(formdata=None)
        form.choices = dict(choices or {})
        form.as_typed = {str(one): str(points) for one, points in form.choices.items()}
        return form

    @classmethod
    def sent(cls) -> BallotForm:
        """The ballot that came with the request."""
        form = cls.blank()
        form.as_typed = dict.fromkeys(request.form.getlist("choice"), "1")
        for name, typed in request.form.items():
            if name.startswith(POINTS) and typed.strip() not in {"", "0"}:
                form.as_typed[name.removeprefix(POINTS)] = typed.strip()
        for one, typed in form.as_typed.items():
            try:
                form.choices[UUID(one)] = _whole(typed)
            except ValueError:
                form.is_garbled = True
        return form

    @classmethod
    def kept(cls, poll: Poll) -> BallotForm:
        """The ballot that this browser kept, when it is still a sound one; else a blank one."""
        try:
            held = json.loads(urlsafe_b64decode(request.cookies.get(COOKIE, "")))
            choices = {UUID(one): int(points) for one, points in held.items()}
        except (ValueError, TypeError, AttributeError):
            return cls.blank()
        return cls.blank(choices if rules.fault(poll, choices) is None else None)

    def holds(self, poll: Poll) -> bool:
        """Whether it follows the rule; otherwise it says what does not. Status 422 then."""
        if self.is_garbled:
            self.form_errors = [_("Points are whole numbers, and projects those of this vote.")]
            return False
        fault = rules.fault(poll, self.choices)
        self.form_errors = [told(poll, fault)] if fault else []
        return fault is None

    def hidden(self, poll: Poll) -> list[tuple[str, str]]:
        """The same boxes, to be carried along by the next form."""
        if poll.rule is PollRule.POINTS:
            return [(f"{POINTS}{one}", str(points)) for one, points in self.choices.items()]
        return [("choice", str(one)) for one in self.choices]


def keep(answer: Response, poll: Poll, form: BallotForm) -> None:
    """Let the browser keep the ballot until the link in the mail is followed: we do not."""
    held = json.dumps({str(one): points for one, points in form.choices.items()})
    value = urlsafe_b64encode(held.encode()).decode()
    if len(value) <= COOKIE_MAX:
        answer.set_cookie(COOKIE, value, max_age=KEPT_SECONDS, **_cookie(poll))


def forget(answer: Response, poll: Poll) -> None:
    """The ballot is in the urn."""
    answer.delete_cookie(COOKIE, **_cookie(poll))


def told(poll: Poll, fault: Fault) -> str:
    """What is wrong with a ballot, in a sentence."""
    if fault.flaw is Flaw.UNKNOWN:
        return str(_("A project that is not, or no longer, in this vote was chosen."))
    if fault.flaw is Flaw.TOO_FEW:
        return str(_("Choose one project at least."))
    if fault.flaw is Flaw.TOO_DEAR:
        return str(
            _(
                "Your projects cost %(seen)s together: %(allowed)s at most.",
                seen=wording.money(fault.seen),
                allowed=wording.money(fault.allowed),
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
    return _told_points(poll, fault)


def rule_in_words(poll: Poll) -> str:
    """What one may do with a ballot, in a sentence."""
    if poll.rule is PollRule.BUDGET:
        return str(
            _(
                "Choose as many projects as you like, as long as they cost %(budget)s together at "
                "most.",
                budget=wording.money(poll.budget_cents or 0),
            )
        )
    if poll.rule is PollRule.POINTS:
        words = _("Share %(total)s points between the projects.", total=poll.points_total)
        if poll.points_on_one:
            words += " " + _("No project may get more than %(most)s.", most=poll.points_on_one)
        return str(words)
    if poll.most is None:
        return str(_("Choose all the projects that you would like to see win."))
    return str(ngettext("Choose one project.", "Choose up to %(num)s projects.", poll.most))


def _told_points(poll: Poll, fault: Fault) -> str:
    if fault.flaw is Flaw.TOO_MANY_POINTS:
        return str(
            _(
                "You gave %(seen)s points: %(allowed)s at most.",
                seen=fault.seen,
                allowed=fault.allowed,
            )
        )
    if fault.flaw is Flaw.TOO_MANY_ON_ONE and poll.rule is PollRule.POINTS:
        return str(
            _(
                "You gave %(seen)s points to one project: %(allowed)s at most.",
                seen=fault.seen,
                allowed=fault.allowed,
            )
        )
    return str(_("Points are whole numbers, and projects those of this vote."))


def _whole(typed: str) -> int:
    if len(typed) > DIGITS_MAX or not typed.removeprefix("-").isascii():
        raise ValueError(typed)
    return int(typed)


def _cookie(poll: Poll) -> dict[str, Any]:
    return {
        "path": url_for("public.votes.show", slug=poll.slug),
        "secure": settings().secure_cookies,
        "httponly": True,
        "samesite": "Lax",
    }
