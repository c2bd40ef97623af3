"""Contact points: who receives the files of which places and sectors, tried in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.appraisal import rules
from grants.appraisal.models import ReferentRule
from grants.appraisal.queries import sorting
from grants.appraisal.services.referents import require_officer
from grants.kernel.access import Actor, FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown


@dataclass(frozen=True)
class Written:
    """What a contact point says. `communes` are beginnings of INSEE codes."""

    label: str
    person_id: UUID
    communes: Sequence[str]
    sectors: Sequence[str]


def add(session: Session, funder_id: UUID, written: Written, *, actor: Actor) -> ReferentRule:
    """Add a contact point after the others. It takes the files to come.

    Raises:
        Forbidden: the actor is no officer of the funder.
        Refused: `referent.label_missing`, `referent.not_an_officer`, `referent.empty_rule`.
    """
    if funder_id not in actor.funders_as(FunderRole.OFFICER):
        raise Forbidden
    last = select(func.coalesce(func.max(ReferentRule.position), 0)).where(
        ReferentRule.funder_id == funder_id
    )
    rule = ReferentRule(funder_id=funder_id, position=(session.scalar(last) or 0) + 1)
    _write(session, rule, written)
    session.add(rule)
    session.flush()
    return rule


def change(session: Session, rule_id: UUID, written: Written, *, actor: Actor) -> ReferentRule:
    """Write a contact point anew; files that it sent to someone stay with them. Locks its list.

    Raises: as `add`, and Unknown: there is none, or it is another funder's.
    """
    rule, _siblings = _in_its_list(session, rule_id, actor)
    _write(session, rule, written)
    session.flush()
    return rule


def move(session: Session, rule_id: UUID, *, down: bool, actor: Actor) -> None:
    """Try a contact point one place later or sooner; at the edge it stays. Locks its list.

    Raises:
        Unknown: there is none, or it is another funder's.
    """
    rule, siblings = _in_its_list(session, rule_id, actor)
    at = siblings.index(rule)
    to = at + (1 if down else -1)
    if 0 <= to < len(siblings):
        siblings.insert(to, siblings.pop(at))
    for position, one in enumerate(siblings, 1):
        one.position = position
    session.flush()


def remove(session: Session, rule_id: UUID, *, actor: Actor) -> None:
    """Remove a contact point, unless its officer still has files in hand that came by it.

    Locks its list.

    Raises:
        Unknown: there is none, or it is another funder's.
        Refused: `referent.rule_in_use`.
    """
    rule, _siblings = _in_its_list(session, rule_id, actor)
    if in_hand := sorting.in_hand(session, actor).get(rule_id):
        raise Refused("referent.rule_in_use", label=rule.label, files=in_hand)
    session.delete(rule)
    session.flush()


def _write(session: Session, rule: ReferentRule, written: Written) -> None:
    if not written.label.strip():
        raise Refused("referent.label_missing", field="label")
    if not written.communes and not written.sectors:
        raise Refused("referent.empty_rule", field="communes")
    require_officer(session, written.person_id, {rule.funder_id}, "person")
    rule.label, rule.person_id = written.label.strip(), written.person_id
    rule.communes, rule.sectors = list(written.communes), list(written.sectors)


def _in_its_list(
    session: Session, rule_id: UUID, actor: Actor
) -> tuple[ReferentRule, list[ReferentRule]]:
    """A contact point among those of its funder, in the order in which they are tried."""
    kept = rules.keeps_contact_points.where(actor)
    funder = select(ReferentRule.funder_id).where(ReferentRule.id == rule_id, kept)
    found = session.scalars(
        select(ReferentRule)
        .where(ReferentRule.funder_id == funder.scalar_subquery())
        .order_by(ReferentRule.position, ReferentRule.id)
        .with_for_update()
    ).all()
    rule = next((one for one in found if one.id == rule_id), None)
    if rule is None:
        raise Unknown
    return rule, list(found)
