"""Forms by which an officer prepares a public vote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, RadioField, SelectMultipleField, StringField
from wtforms.fields import TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.applications.models import Application
from grants.kernel.clock import PARIS
from grants.kernel.money import Cents
from grants.polls.models import KEPT_DAYS, Candidate, Poll, PollRule
from grants.polls.services import Card, Settings
from grants.web.account.fields import required, typed
from grants.web.forms import Form, WholeField
from grants.web.officer.call_forms import WindowForm, day_field, slug_field
from grants.web.officer.sums import EurosField
from grants.web.wording import money

RULES = {
    PollRule.APPROVAL: _l("Approval: tick the projects that one likes"),
    PollRule.POINTS: _l("Points: share a number of points between the projects"),
    PollRule.BUDGET: _l("Budget: choose projects within a total cost"),
}
TEXTS = ("title_fr", "title_en", "slug", "intro_fr", "intro_en", "prize_fr", "prize_en")
FIGURES = ("most", "points_total", "points_on_one", "kept_days")


class PollForm(WindowForm):
    """The texts, the rule and the window of a vote."""

    title_fr = StringField(
        _l("Title"), validators=[*required(_l("Write a title.")), Length(max=120)]
    )
    title_en = StringField(_l("Title in English"), validators=[Length(max=120)])
    slug = slug_field(_l("Small letters, digits and hyphens: /votes/prix-du-public-2018."))
    intro_fr = TextAreaField(
        _l("A few words to voters"), validators=[Length(max=2000)], render_kw={"rows": 3}
    )
    intro_en = TextAreaField(
        _l("The same in English"), validators=[Length(max=2000)], render_kw={"rows": 3}
    )
    prize_fr = StringField(
        _l("Prize"),
        description=_l(
            "In the very words of a jury’s prize, the result is told in the minutes of that jury."
        ),
        validators=[Length(max=200)],
    )
    prize_en = StringField(_l("Prize in English"), validators=[Length(max=200)])
    closes_at = day_field(
        _l("Last day"), validators=[InputRequired(_l("Write the last day of the vote."))]
    )
    rule = RadioField(
        _l("How one votes"),
        choices=[SelectChoice(one.value, words) for one, words in RULES.items()],
        default=PollRule.APPROVAL.value,
        validators=[InputRequired(_l("Choose how one votes."))],
    )
    most = WholeField(
        _l("Approval: how many projects at most"),
        description=_l("Leave empty to let people tick as many as they like."),
        validators=[Optional(), NumberRange(1, 1000, _l("Write a number above zero."))],
    )
    points_total = WholeField(
        _l("Points: how many each voter shares"),
        validators=[Optional(), NumberRange(1, 1000, _l("Write a number above zero."))],
    )
    points_on_one = WholeField(
        _l("Points: at most for one project"),
        validators=[Optional(), NumberRange(1, 1000, _l("Write a number above zero."))],
    )
    budget_cents = EurosField(_l("Budget: total cost of a ballot"))
    kept_days = WholeField(
        _l("Days for which the figures of anomalies are kept after the closing"),
        default=KEPT_DAYS,
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, _l("A year at most.")),
        ],
    )

    @classmethod
    def of(cls, poll: Poll) -> PollForm:
        """The form with what was decided in it."""
        budget = poll.budget_cents
        held = {name: getattr(poll, name) for name in (*TEXTS, *FIGURES)}
        held |= {"rule": poll.rule.value, "budget_cents": money(budget) if budget else ""}
        return cls(formdata=None, data=held | window_of(poll))

    @property
    def settings(self) -> Settings:
        """What was decided, once the form is valid."""
        opens_at, closes_at = self.window
        return Settings(
            **{name: typed(self[name]).replace("\r\n", "\n").strip() for name in TEXTS},
            rule=PollRule(self.rule.data),
            most=self.most.data,
            points_total=self.points_total.data,
            points_on_one=self.points_on_one.data,
            budget_cents=Cents(self.budget_cents.cents) if self.budget_cents.cents else None,
            opens_at=opens_at,
            closes_at=cast(Any, closes_at),
            kept_days=self.kept_days.data or 0,
        )


def window_of(poll: Poll) -> dict[str, object]:
    """The window as it is typed: the last day is said by its own date when it ends at midnight."""
    opens, closes = (one.astimezone(PARIS) for one in (poll.opens_at, poll.closes_at))
    midnight = (closes.hour, closes.minute) == (0, 0)
    last = closes - timedelta(days=1) if midnight else closes
    return {
        "opens_at": opens.date(),
        "opens_time": opens.time() if (opens.hour, opens.minute) != (0, 0) else None,
        "closes_at": last.date(),
        "closes_time": None if midnight else closes.time(),
    }


class ChoiceForm(Form):
    """Which applications stand."""

    offered: set[str]

    applications = SelectMultipleField(
        _l("Applications"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def offer(self, found: Sequence[Application]) -> None:
        """Those that may."""
        self.offered = {str(one.id) for one in found}
        self.applications.choices = [
            SelectChoice(str(one.id), f"{one.number} · {one.title}") for one in found
        ]

    @property
    def chosen(self) -> set[UUID]:
        """Those ticked among the offered."""
        return {UUID(one) for one in self.applications.data or [] if one in self.offered}


class CardForm(Form):
    """What the public reads of a candidate."""

    title = StringField(_l("Title"), validators=[*required(_l("Write a title.")), Length(max=200)])
    applicant = StringField(
        _l("Holder"), validators=[*required(_l("Write who holds the project.")), Length(max=200)]
    )
    summary = TextAreaField(
        _l("A few sentences"),
        description=_l("Only what may be public: no name of a person, no figure of the file."),
        validators=[Length(max=1200)],
        render_kw={"rows": 5},
    )
    cost_cents = EurosField(_l("Cost"), description=_l("Needed when one votes within a budget."))
    picture = FileField(
        _l("Picture"), description=_l("PNG, JPEG or WebP. The one already there stays otherwise.")
    )
    picture_alt = StringField(
        _l("What the picture shows, for whoever cannot see it"), validators=[Length(max=200)]
    )
    no_picture = BooleanField(_l("Show no picture"))

    @classmethod
    def of(cls, candidate: Candidate) -> CardForm:
        """The form with the card in it."""
        held: dict[str, object] = {
            name: getattr(candidate, name)
            for name in ("title", "applicant", "summary", "picture_alt")
        }
        return cls(formdata=None, data=held | {"cost_cents": money(candidate.cost_cents)})

    @property
    def card(self) -> Card:
        """What was decided, once the form is valid."""
        return Card(
            title=typed(self.title).strip(),
            applicant=typed(self.applicant).strip(),
            summary=typed(self.summary).replace("\r\n", "\n").strip(),
            cost_cents=Cents(self.cost_cents.cents or 0),
        )


class CancelForm(Form):
    """A candidate who withdraws."""

    reason = TextAreaField(
        _l("Reason"),
        description=_l("Voters read it on the page of the vote."),
        validators=[*required(_l("Say in a few words why: voters will read it.")), Length(max=500)],
        render_kw={"rows": 2},
    )


class CodesForm(Form):
    """How many slips to print."""

    count = WholeField(
        _l("How many codes"),
        validators=[
            InputRequired(_l("Write a number.")),
            NumberRange(1, 2000, _l("From 1 to 2000.")),
        ],
    )
