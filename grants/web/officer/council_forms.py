"""Forms of a deliberative body: members, meetings, items of an agenda, presence and votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from grants.councils.models import Choice, CouncilSeat, Office
from grants.councils.queries import Hall
from grants.councils.room import Room
from grants.councils.rules import NOTICE_DAYS
from grants.councils.services import Ballot, Draft
from grants.decisions.models import Body, Instrument, Proposal
from grants.decisions.vote import CastingVote
from grants.kernel.clock import PARIS
from grants.kernel.money import Amount, Unit
from grants.web.account.fields import options, stripped, typed
from grants.web.decisions import BODIES, INSTRUMENTS
from grants.web.forms import Form, WholeField
from grants.web.officer.decision_forms import DAYS, TOO_LONG, typed_amount
from grants.web.officer.decisions import as_uuid

OFFICES = {
    Office.PRESIDENT: _l("President"),
    Office.VICE_PRESIDENT: _l("Vice-president"),
    Office.MEMBER: _l("Member"),
}
CHOICES = {
    Choice.FOR: _l("For"),
    Choice.AGAINST: _l("Against"),
    Choice.ABSTENTION: _l("Abstention"),
}
A_DAY = _l("Write a day, as in 14/10/2016.")
AN_HOUR = _l("Write an hour, as in 18:30.")
WAYS = {
    "hands": _l("Show of hands"),
    "name": _l("By name"),
    "secret": _l("Secret ballot"),
}


class Boxes(SelectMultipleField):
    """Several choices, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def day(label: Any, *, needed: bool = True) -> DateField:
    """A box for a day."""
    return DateField(label, [InputRequired(A_DAY) if needed else Optional()], format=DAYS)


def text(label: Any, most: int = 200, *, needed: str | None = None) -> StringField:
    """A box for a few words."""
    checks: list[Any] = [InputRequired(needed)] if needed else []
    return StringField(label, [*checks, Length(max=most, message=TOO_LONG)], filters=[stripped])


class SeatForm(Form):
    """A member of the council."""

    funder = SelectField(_l("Authority"))
    name = text(_l("Name"), 120, needed=_l("Write the member’s name."))
    office = SelectField(_l("Office"), choices=options(OFFICES), default=Office.MEMBER.value)
    in_bureau = BooleanField(_l("Member of the bureau"))
    person = SelectField(_l("Account"), default="")
    since = day(_l("In office since"))

    def offer(self, funders: Mapping[UUID, str], people: Mapping[UUID, str]) -> None:
        """The authorities, and the accounts of elected members."""
        self.funder.choices = options(funders)
        self.person.choices = [("", _("No account")), *options(people)]

    @property
    def person_id(self) -> UUID | None:
        """The account, if any."""
        return as_uuid(self.person.data)


class UntilForm(Form):
    """From which day something no longer holds."""

    until = day(_l("From this day on"))


class DelegationForm(Form):
    """What the council delegates."""

    funder = SelectField(_l("Authority"))
    body = SelectField(_l("Delegated to"))
    number = text(_l("Number of the council’s deliberation"), 60)
    object = text(_l("Object"))
    voted_on = day(_l("Voted on"))
    instruments = Boxes(_l("Forms of award"))
    amount_max = text(_l("Maximum per application"), 20)
    from_on = day(_l("First day"), needed=False)
    until_on = day(_l("Last day"), needed=False)

    def offer(self, funders: Mapping[UUID, str]) -> None:
        """The authorities, bodies and forms of award."""
        self.funder.choices = options(funders)
        bodies = {one: BODIES[one] for one in (Body.BUREAU, Body.PRESIDENT)}
        self.body.choices = options(bodies)
        self.instruments.choices = options(INSTRUMENTS)

    def validate_amount_max(self, control: StringField) -> None:
        """Nothing, or euros."""
        if control.data and not typed_amount(control.data, Unit.EUR):
            raise ValidationError(_("Write an amount like 1 234,56."))

    @property
    def ceiling(self) -> Amount | None:
        """In cents; None when there is no bound."""
        return typed_amount(typed(self.amount_max), Unit.EUR) if self.amount_max.data else None

    @property
    def chosen(self) -> list[Instrument]:
        """The forms of award that are ticked."""
        return [Instrument(one) for one in self.instruments.data or []]


class MeetingForm(Form):
    """A meeting to plan."""

    funder = SelectField(_l("Authority"))
    body = SelectField(_l("Body"), choices=options(BODIES))
    starts_on = day(_l("Day"))
    starts_at = TimeField(_l("Hour"), [InputRequired(AN_HOUR)])
    place = text(_l("Place"), needed=_l("Write where the meeting is held."))
    clear_days = WholeField(
        _l("Clear days of notice"),
        [
            InputRequired(_l("Write a whole number.")),
            NumberRange(1, 30, _l("Write a number from 1 to 30.")),
        ],
        default=NOTICE_DAYS,
        description=_l("5 from 3,500 inhabitants on, 3 below, 12 for a department or a region."),
    )

    @property
    def starts(self) -> datetime:
        """The instant at which it begins."""
        return instant(self.starts_on.data, self.starts_at.data)


class ItemForm(Form):
    """An item of the agenda."""

    object = text(_l("Object"), 300, needed=_l("Write what this item is about."))
    number = text(_l("Number of the deliberation"), 60)
    rapporteur = SelectField(_l("Rapporteur"), default="")
    draft = TextAreaField(
        _l("Draft deliberation"), [Length(max=20_000, message=TOO_LONG)], filters=[stripped]
    )
    applications = Boxes(_l("Applications that it decides upon"))

    def offer(self, seats: Sequence[CouncilSeat], proposals: Sequence[Proposal]) -> None:
        """The members, and what waits to be put to the vote."""
        members = {one.id: one.name for one in seats}
        self.rapporteur.choices = [("", _("Nobody yet")), *options(members)]
        titles = {
            one.application_id: f"{one.application.number} · {one.application.title}"
            for one in proposals
        }
        self.applications.choices = options(titles)

    @property
    def written(self) -> Draft:
        """What was typed, once it is valid."""
        return Draft(
            object=typed(self.object),
            draft=self.draft.data or "",
            number=typed(self.number),
            rapporteur_id=as_uuid(self.rapporteur.data),
            applications=[UUID(one) for one in self.applications.data or []],
        )


class ConveneForm(Form):
    """The day on which members were called."""

    on = day(_l("Notice sent on"))
    urgency = text(_l("Reason for the urgency"))


class HourForm(Form):
    """An hour of the day of the session."""

    at = TimeField(_l("Hour"), [InputRequired(AN_HOUR)])
    seat = SelectField(_l("Member"), default="")
    other = SelectField(_l("Held by"), default="")
    seats = Boxes(_l("Members"))

    def offer(self, seats: Sequence[CouncilSeat]) -> None:
        """The members in office."""
        members = [("", _("Choose a member")), *options({one.id: one.name for one in seats})]
        self.seat.choices = self.other.choices = members
        self.seats.choices = options({one.id: one.name for one in seats})

    def names(self, *boxes: str) -> bool:
        """Whether a member is chosen in each of these; where one is not, that is said."""
        if all(self[one].data for one in boxes):
            return True
        self.form_errors = [*self.form_errors, _("Choose a member.")]
        return False

    def when(self, held_on: date) -> datetime:
        """The instant, on the day of the session."""
        return instant(held_on, self.at.data)


class VoteForm(Form):
    """The vote of one item: counted by hands, by name, or secret."""

    number = text(_l("Number of the deliberation"), 60, needed=_l("Write the number."))
    at = TimeField(_l("Hour of the vote"), [InputRequired(AN_HOUR)])
    way = RadioField(_l("How the members vote"), choices=options(WAYS), default="hands")
    votes_for = WholeField(_l("For"), [Optional(), NumberRange(0, 2_000)])
    votes_against = WholeField(_l("Against"), [Optional(), NumberRange(0, 2_000)])
    abstentions = WholeField(_l("Abstentions"), [Optional(), NumberRange(0, 2_000)])
    casting_vote = SelectField(_l("Casting vote"), default="")
    president = SelectField(_l("Who chairs this item"))

    def offer(self, hall: Hall, item_id: UUID) -> None:
        """Who may preside, and how a tie may be settled."""
        room = hall.room(item_id)
        self.president.choices = [
            SelectChoice(str(one.id), one.name) for one in hall.seats if room.presides(one.id)
        ] or [SelectChoice("", _("Nobody is in the room"))]
        self.casting_vote.choices = [
            ("", _("None: no tie")),
            (CastingVote.FOR.value, _("For")),
            (CastingVote.AGAINST.value, _("Against")),
        ]

    def ballot(self, room: Room, said: Mapping[str, str]) -> Ballot:
        """What was counted; `said` are the choices by name, as sent."""
        if self.way.data == "name":
            return Ballot(
                choices={
                    one: Choice(said[f"v-{one}"])
                    for one in room.voters
                    if said.get(f"v-{one}") in set(Choice)
                }
            )
        casting = self.casting_vote.data
        return Ballot(
            votes_for=self.votes_for.data or 0,
            votes_against=self.votes_against.data or 0,
            abstentions=self.abstentions.data or 0,
            casting_vote=CastingVote(casting) if casting else None,
            secret=self.way.data == "secret",
        )


def instant(on: date | None, at: time | None) -> datetime:
    """An hour of Paris, as an instant."""
    if on is None or at is None:
        raise ValueError("the form was not validated")
    return datetime.combine(on, at, tzinfo=PARIS)
