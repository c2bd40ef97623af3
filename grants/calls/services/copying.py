"""The same call again: next year's edition, or another authority's copy from a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries, workbench
from grants.calls.arrival import read_yaml
from grants.calls.exchange import as_mapping, dumped
from grants.calls.models import Call
from grants.calls.reading import Malformed
from grants.calls.rules import leads
from grants.calls.services.making import Contact, make
from grants.calls.shifting import Shift, next_edition, shifted, shifted_instant
from grants.calls.templates import CallTemplate, read_template, template_of
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused

FILE = "file"
"""What a file is called in the paths of its mistakes."""


def clone(
    session: Session, call_id: UUID, *, slug: str, by: Shift, actor: Actor, now: datetime
) -> Call:
    """Make the next edition of a call, as a draft: everything written of it, its dates moved.

    Nothing of people comes along: no juror, no application, no access code, nobody's name; nor
    the envelopes, which are a year's. Announces `call.created`.

    Raises: as `making.make`, and
        Unknown: no such call, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
    """
    call = queries.written(session, call_id, viewer=actor)
    leads.require(actor, call)
    revision = workbench.newest_revision(session, call_id)
    value = shifted(as_mapping(call, revision.form, revision.document), by)
    year = paris_date(call.opens_at).year
    value |= {name: next_edition(value.get(name, ""), year) for name in ("title_fr", "title_en")}
    return make(
        session,
        read_template(dumped(value)),
        slug=slug,
        funders=_slots([one.funder_id for one in call.funders]),
        opens_at=shifted_instant(call.opens_at, by),
        closes_at=shifted_instant(call.closes_at, by) if call.closes_at else None,
        envelopes={},
        contact=Contact(call.contact_email, call.contact_phone),
        previous_call_id=call.id,
        actor=actor,
        now=now,
    )


def bring_in(
    session: Session,
    text: str,
    *,
    funders: Sequence[UUID],
    actor: Actor,
    now: datetime,
    slug: str = "",
) -> Call:
    """Make a draft call out of an exported file; the first of `funders` leads it.

    Announces `call.created`.

    Raises: as `making.make`, and
        Malformed: the file is no call, with every mistake; or it has no address of a page,
            and none is given.
        Refused: `call.import.no_dates`, `…too_many_funders`.
    """
    scheme = template_of(read_yaml(text), name=FILE)
    edition = scheme.edition_of
    if edition.opens_at is None:
        raise Refused("call.import.no_dates")
    if not (slug or edition.slug):
        raise Malformed([f"{FILE}.call.slug: is missing"])
    if len(funders) > len(scheme.funders):
        raise Refused("call.import.too_many_funders", places=len(scheme.funders))
    return make(
        session,
        scheme,
        slug=slug or edition.slug,
        funders=_filled(scheme, funders),
        opens_at=edition.opens_at,
        closes_at=edition.closes_at,
        envelopes={},
        actor=actor,
        now=now,
    )


def _slots(funders: Sequence[UUID]) -> dict[str, UUID]:
    return {"lead" if at == 1 else f"partner_{at}": funder for at, funder in enumerate(funders, 1)}


def _filled(scheme: CallTemplate, funders: Sequence[UUID]) -> dict[str, Any]:
    """The lead in its slot, the others in those that follow."""
    slots = [scheme.lead, *(one.key for one in scheme.funders if one.key != scheme.lead)]
    return dict(zip(slots, funders, strict=False))
