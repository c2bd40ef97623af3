"""Forms by which an officer plans hearings and follows one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from grants.juries.hearings.models import Attendance, HearingPlan
from grants.juries.hearings.queries import Remark
from grants.juries.hearings.services import PlanOf
from grants.kernel.clock import paris_instant
from grants.web import wording
from grants.web.forms import Form, WholeField
from grants.web.juror.hearing_words import ATTENDANCES

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
DAYS_MAX, PLACES_MAX = 30, 10
TEXT_MAX, NOTE_MAX = 8000, 300
NOT_MARKED = ""


def lines_of(field: Field) -> list[str]:
    """What stands on the lines of a box, each once."""
    found = (" ".join(one.split()) for one in (field.data or "").splitlines())
    return list(dict.fromkeys(one for one in found if one))


def day_of(text: str) -> date | None:
    """A day as people write it; None when it is none."""
    for pattern in DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a civil day
        except ValueError:
            continue
    return None


def minutes(value: time | None) -> int | None:
    """Minutes after midnight."""
    return None if value is None else value.hour * 60 + value.minute


def at(minute: int | None) -> time | None:
    """The other way round."""
    return None if minute is None else time(*divmod(min(minute, 1439), 60))


class PlanForm(Form):
    """When, where and how long the jury hears."""

    days = TextAreaField(
        _l("Days"),
        description=_l("One a line, for example 20/11/2026."),
        validators=[InputRequired(_l("Write at least one day."))],
        render_kw={"rows": 3},
    )
    first = TimeField(_l("First hour"), validators=[InputRequired(_l("Write the first hour."))])
    last = TimeField(
        _l("Last hour"),
        description=_l("No hearing goes beyond it. Hours are those of Paris."),
        validators=[InputRequired(_l("Write the last hour."))],
    )
    length = WholeField(
        _l("Length of a hearing, in minutes"),
        validators=[InputRequired(_l("Write a number of minutes.")), NumberRange(5, 480)],
    )
    pause = WholeField(
        _l("Pause between two hearings, in minutes"),
        default=0,
        validators=[InputRequired(_l("Write a number, 0 for none.")), NumberRange(0, 240)],
    )
    lunch_from = TimeField(_l("Lunch break from"), validators=[Optional()])
    lunch_until = TimeField(_l("Lunch break until"), validators=[Optional()])
    places = TextAreaField(
        _l("Rooms, or links of video meetings"),
        description=_l("One a line. Several lines: the jury splits and hears side by side."),
        validators=[InputRequired(_l("Say where the jury hears.")), Length(max=2000)],
        render_kw={"rows": 2},
    )
    counts_silent = BooleanField(
        _l("Count the members who did not answer as able to come"),
    )
    bring = TextAreaField(
        _l("What applicants should bring"),
        validators=[Length(max=2000)],
        render_kw={"rows": 2},
    )

    def validate_days(self, field: Field) -> None:
        """Every line is a day."""
        for one in lines_of(field):
            found = day_of(one)
            if found is None or not 2000 <= found.year < 2200:  # noqa: PLR2004 -- as other dates
                raise ValidationError(_("“%(text)s” is not a day.", text=one[:40]))
        if len(lines_of(field)) > DAYS_MAX:
            raise ValidationError(_("Write %(max)s lines at most.", max=DAYS_MAX))

    def validate_places(self, field: Field) -> None:
        """A few rooms."""
        if len(lines_of(field)) > PLACES_MAX:
            raise ValidationError(_("Write %(max)s lines at most.", max=PLACES_MAX))

    def fill(self, plan: HearingPlan) -> PlanForm:
        """Show what was written before."""
        self.days.data = "\n".join(wording.short_day(date.fromisoformat(one)) for one in plan.days)
        self.first.data, self.last.data = at(plan.first_minute), at(plan.last_minute)
        self.length.data, self.pause.data = plan.length_minutes, plan.pause_minutes
        self.lunch_from.data, self.lunch_until.data = at(plan.lunch_from), at(plan.lunch_until)
        self.places.data = "\n".join(plan.places)
        self.counts_silent.data, self.bring.data = plan.counts_silent, plan.bring
        return self

    def plan(self) -> PlanOf:
        """What is written now; the form is valid."""
        return PlanOf(
            days=tuple(found for one in lines_of(self.days) if (found := day_of(one))),
            first_minute=minutes(self.first.data) or 0,
            last_minute=minutes(self.last.data) or 0,
            length_minutes=self.length.data or 0,
            pause_minutes=self.pause.data or 0,
            lunch_from=minutes(self.lunch_from.data),
            lunch_until=minutes(self.lunch_until.data),
            places=tuple(lines_of(self.places)),
            counts_silent=bool(self.counts_silent.data),
            bring=(self.bring.data or "").strip(),
        )


class ApplyForm(Form):
    """The plan that was seen."""

    seen = HiddenField()


class MoveForm(Form):
    """Another slot for one hearing."""

    slot = SelectField(
        _l("Day, hour and place"),
        validators=[InputRequired(_l("Choose a time."))],
    )


class SwapForm(Form):
    """Another hearing to change places with."""

    other = SelectField(
        _l("Change places with"), validators=[InputRequired(_l("Choose a hearing."))]
    )

    @property
    def other_id(self) -> UUID:
        """Which one."""
        return UUID(self.other.data)


class ImpossibilityForm(Form):
    """A time at which the applicant cannot come."""

    on = DateField(
        _l("Day"),
        format=DAYS,
        validators=[InputRequired(_l("Write a day, for example 20/11/2026."))],
    )
    since = TimeField(_l("From what time"), validators=[InputRequired(_l("Say from when."))])
    until = TimeField(_l("Until what time"), validators=[InputRequired(_l("Say until when."))])
    note = StringField(_l("Why"), validators=[Length(max=NOTE_MAX)])

    def span(self) -> tuple[datetime, datetime]:
        """From when to when; the form is valid.

        Raises:
            ValueError: the clocks skip one of the two.
        """
        day, first, last = self.on.data, self.since.data, self.until.data
        if day is None or first is None or last is None:
            raise ValueError("nothing was written")
        start, end = ((one.hour, one.minute) for one in (first, last))
        return paris_instant(day, *start), paris_instant(day, *end)

    def validate_until(self, field: Field) -> None:
        """Refuse a time that the clocks skip."""
        if self.on.data and self.since.data and field.data:
            try:
                self.span()
            except ValueError as error:
                raise ValidationError(_("The clocks skip that time.")) from error


class AttendanceForm(Form):
    """Whether the applicant came."""

    attendance = RadioField(
        _l("Did the applicant come?"),
        choices=[
            *(SelectChoice(one.value, words) for one, words in ATTENDANCES.items()),
            SelectChoice(NOT_MARKED, _l("Not marked yet")),
        ],
        default=NOT_MARKED,
        validators=[Optional()],
    )
    note = StringField(_l("A word about it"), validators=[Length(max=NOTE_MAX)])

    @property
    def chosen(self) -> Attendance | None:
        """What was said."""
        return Attendance(self.attendance.data) if self.attendance.data else None


class FeedbackForm(Form):
    """What the jury asks before the hearing."""

    reviews = SelectMultipleField(
        _l("Remarks left by members"),
        description=_l("Tick those to take over; who wrote them is never shown."),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=True,
    )
    text = TextAreaField(
        _l("Questions and remarks, as the applicant will read them"),
        validators=[Length(max=TEXT_MAX, message=_l("Write %(max)d characters at most."))],
    )
    due_on = DateField(
        _l("Last day for the written reply"),
        format=DAYS,
        validators=[InputRequired(_l("Write a day, for example 20/11/2026."))],
    )

    def offer(self, remarks: Sequence[Remark]) -> FeedbackForm:
        """The remarks that may be taken over."""
        self.reviews.choices = [SelectChoice(str(one.review_id), one.text) for one in remarks]
        return self

    @property
    def review_ids(self) -> list[UUID]:
        """Those that are ticked."""
        return [UUID(one) for one in self.reviews.data or []]

    def composed(self, remarks: Sequence[Remark]) -> str:
        """What is written, and the ticked remarks that it does not hold yet, below."""
        written, chosen = (self.text.data or "").strip(), set(self.review_ids)
        added = [
            one.text.strip()
            for one in remarks
            if one.review_id in chosen and one.text.strip() not in written
        ]
        return "\n\n".join([one for one in (written, *added) if one])[:TEXT_MAX]
