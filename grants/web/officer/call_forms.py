"""The forms by which an officer makes a call and moves its closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import (
    Email,
    InputRequired,
    Length,
    Optional,
    Regexp,
    StopValidation,
)

from grants.calls.models import SLUG_PATTERN, CallKind
from grants.calls.steps import Labelled
from grants.calls.templates import CallTemplate, EnvelopeSlot
from grants.kernel.clock import paris_instant
from grants.ledger.queries import EnvelopeLine
from grants.people.models import Funder
from grants.web import wording
from grants.web.forms import Form

DAYS = ["%d/%m/%Y", "%Y-%m-%d"]
NONE = ""


def day_field(label: Any, **options: Any) -> DateField:
    """A day typed 14/10/2018."""
    return DateField(label, format=DAYS, **options)


def time_field(label: Any, **options: Any) -> TimeField:
    """A time of day typed 12:30; may stay empty."""
    return TimeField(label, validators=[Optional()], **options)


def slug_field(hint: Any = None, *, may_be_empty: bool = False) -> StringField:
    """The last part of the address of a page; the `hint` says where an empty one comes from."""
    required = InputRequired(_l("Write the address of the page."))
    usual = _l("Small letters, digits and hyphens: /appels/courts-circuits-2018.")
    return StringField(
        _l("Address of the page"),
        description=hint or usual,
        validators=[
            Optional() if may_be_empty else required,
            Length(max=80),
            Regexp(SLUG_PATTERN, message=_l("Only small letters, digits and hyphens.")),
        ],
    )


def lead_field() -> SelectField:
    """The authority that leads a call, among those of `offer_leads`."""
    return SelectField(_l("Authority that leads it"))


def offer_leads(control: SelectField, leads: Iterable[Funder]) -> None:
    """Give the choices of a `lead_field`: the authorities that the reader works for."""
    control.choices = [SelectChoice(str(one.id), one.name) for one in leads]


def first_instant(day: date, at: time | None) -> datetime:
    """The instant a window begins: at that time, or as the day begins.

    Raises:
        StopValidation: the clocks skip that time.
    """
    try:
        return paris_instant(day, at.hour, at.minute) if at else paris_instant(day)
    except ValueError as error:
        raise StopValidation(_("This time does not exist that day: the clocks change.")) from error


def last_instant(day: date, at: time | None) -> datetime:
    """The instant a window ends: at that time, or as the day ends. Raises as `first_instant`."""
    return first_instant(day, at) if at else paris_instant(day + timedelta(days=1))


class ClosingForm(Form):
    """When a call closes."""

    closes_at = day_field(
        _l("Last day"), validators=[InputRequired(_l("Write a date, for example 30/11/2018."))]
    )
    closes_time = time_field(
        _l("Time"), description=_l("Leave empty for midnight at the end of that day.")
    )

    def validate_closes_time(self, _field: object) -> None:
        """Refuse a time that the clocks skip."""
        if self.closes_at.data:
            last_instant(self.closes_at.data, self.closes_time.data)

    @property
    def instant(self) -> datetime:
        """The first instant at which one may no longer apply."""
        return last_instant(cast(date, self.closes_at.data), self.closes_time.data)


class WindowForm(Form):
    """When one may apply, in Paris civil time."""

    opens_at = day_field(
        _l("First day"), validators=[InputRequired(_l("Write a date, for example 01/09/2018."))]
    )
    opens_time = time_field(
        _l("Opening time"), description=_l("Leave empty for midnight as that day begins.")
    )
    closes_at = day_field(_l("Last day"), validators=[Optional()])
    closes_time = time_field(
        _l("Closing time"), description=_l("Leave empty for midnight at the end of that day.")
    )

    def validate_opens_time(self, _field: object) -> None:
        """Refuse a time that the clocks skip."""
        if self.opens_at.data:
            first_instant(self.opens_at.data, self.opens_time.data)

    def validate_closes_time(self, _field: object) -> None:
        """Refuse a time that the clocks skip."""
        if self.closes_at.data:
            last_instant(self.closes_at.data, self.closes_time.data)

    @property
    def window(self) -> tuple[datetime, datetime | None]:
        """First instant in, first instant out; None when it never closes."""
        opens_at = first_instant(cast(date, self.opens_at.data), self.opens_time.data)
        if not self.closes_at.data:
            return opens_at, None
        return opens_at, last_instant(self.closes_at.data, self.closes_time.data)


class MakeForm(WindowForm):
    """What a template leaves open; its funders and envelopes are added by `make_form`."""

    scheme: CallTemplate

    edition = StringField(
        _l("Edition"),
        description=_l("Completes the title: a year, for example."),
        validators=[Length(max=40)],
    )
    slug = slug_field()
    contact_email = StringField(
        _l("E-mail address for questions"),
        description=_l("The lead authority’s if you leave it empty."),
        validators=[Optional(), Email(_l("This is not an e-mail address."))],
    )
    contact_phone = StringField(_l("Phone number for questions"), validators=[Length(max=40)])

    def chosen(self, prefix: str, slots: Sequence[Labelled]) -> dict[str, UUID]:
        """The slots filled, by key."""
        picked = {one.key: self[f"{prefix}_{one.key}"].data for one in slots}
        return {key: UUID(value) for key, value in picked.items() if value != NONE}

    @property
    def slots(self) -> list[Any]:
        """The fields of funders then of envelopes, to be drawn together."""
        names = [f"funder_{one.key}" for one in self.scheme.funders]
        names += [f"envelope_{one.key}" for one in self.scheme.envelopes]
        return [self[name] for name in names]


def make_form(
    scheme: CallTemplate,
    *,
    leads: Sequence[Funder],
    partners: Sequence[Funder],
    envelopes: Sequence[EnvelopeLine],
    today: date,
) -> MakeForm:
    """The form of a template: one list per funder and per envelope that it has room for.

    `leads` are those whom the reader works for; `envelopes` those of the call's unit.
    """
    names = {one.id: one.name for one in partners}
    fields: dict[str, Any] = {"scheme": scheme}
    for slot in scheme.funders:
        offered = leads if slot.key == scheme.lead else partners
        fields[f"funder_{slot.key}"] = _funder_field(slot, offered, lead=slot.key == scheme.lead)
    for one in scheme.envelopes:
        fields[f"envelope_{one.key}"] = _envelope_field(one, envelopes, names)
    built: type[MakeForm] = type("BuiltMakeForm", (MakeForm,), fields)
    suggested = f"{scheme.key.replace('_', '-')}-{today.year}"
    form = built(data={"edition": str(today.year), "slug": suggested, "opens_at": today})
    if scheme.kind is CallKind.ROLLING:
        form.closes_at.description = _("Leave empty: applications are received all year round.")
    return form


def _funder_field(slot: Labelled, offered: Sequence[Funder], *, lead: bool) -> SelectField:
    choices = [SelectChoice(str(one.id), one.name) for one in offered]
    if not lead:
        choices.insert(0, SelectChoice(NONE, _("Does not take part")))
    return SelectField(wording.localized(slot, "label"), choices=choices)


def _envelope_field(
    slot: EnvelopeSlot, envelopes: Sequence[EnvelopeLine], names: Mapping[UUID, str]
) -> SelectField:
    choices = [SelectChoice(NONE, _("None for now"))]
    choices += [
        SelectChoice(str(one.id), f"{names.get(one.funder_id, '')} {one.year} — {one.label}")
        for one in envelopes
    ]
    return SelectField(
        _("Envelope: %(what)s", what=wording.localized(slot, "label")), choices=choices
    )
