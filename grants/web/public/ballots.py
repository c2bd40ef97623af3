"""A ballot as a form: read from boxes, kept in the voter's browser until the mail is followed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from grants.polls import rules
from grants.polls.models import Poll, PollRule
from grants.web import wording
from grants.web.ballot_boxes import CHOICE, POINTS, BoxForm, garbled, told
from grants.web.forms import Form
from grants.web.requests import settings

COOKIE = "bulletin"
KEPT_SECONDS = 86_400
COOKIE_MAX = 3_500


class CodeForm(Form):
    """A code on paper."""

    code = StringField(
        _l("Code"),
        description=_l("Sixteen letters and digits. Dashes and case do not matter."),
        validators=[InputRequired(_l("Write the code.")), Length(max=60)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class BallotForm(BoxForm):
    """What a citizen chooses."""

    @classmethod
    def kept(cls, poll: Poll) -> BallotForm:
        """The ballot that this browser kept, when it is still a sound one; else a blank one."""
        try:
            held = json.loads(urlsafe_b64decode(request.cookies.get(COOKIE, "")))
            choices = {UUID(one): int(points) for one, points in held.items()}
        except (ValueError, TypeError, AttributeError, OverflowError):
            return cls.blank()
        return cls.blank(choices if rules.fault(poll, choices) is None else None)

    def holds(self, poll: Poll) -> bool:
        """Whether it follows the rule; otherwise it says what does not. Status 422 then."""
        if self.is_garbled:
            self.form_errors = [garbled()]
            return False
        fault, shares = rules.fault(poll, self.choices), poll.rule is PollRule.POINTS
        self.form_errors = [told(fault, wording.money, shares=shares)] if fault else []
        return fault is None

    def hidden(self, poll: Poll) -> list[tuple[str, str]]:
        """The same boxes, to be carried along by the next form."""
        if poll.rule is PollRule.POINTS:
            return [(f"{POINTS}{one}", str(points)) for one, points in self.choices.items()]
        return [(CHOICE, str(one)) for one in self.choices]


def keep(answer: Response, poll: Poll, form: BallotForm) -> None:
    """Let the browser keep the ballot until the link in the mail is followed: we do not."""
    held = json.dumps({str(one): points for one, points in form.choices.items()})
    value = urlsafe_b64encode(held.encode()).decode()
    if len(value) <= COOKIE_MAX:
        answer.set_cookie(COOKIE, value, max_age=KEPT_SECONDS, **_cookie(poll))


def forget(answer: Response, poll: Poll) -> None:
    """The ballot is in the urn."""
    answer.delete_cookie(COOKIE, **_cookie(poll))


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


def _cookie(poll: Poll) -> dict[str, Any]:
    return {
        "path": url_for("public.votes.show", slug=poll.slug),
        "secure": settings().secure_cookies,
        "httponly": True,
        "samesite": "Lax",
    }
