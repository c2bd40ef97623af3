"""Makes a draft call out of nothing: a title, dates, a lead, and one question."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.award import AwardRule, Gift
from grants.calls.form import document_hash
from grants.calls.models import Call, CallFunder, CallKind, FormRevision
from grants.calls.rules import check_window, may_create_for
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.outbox.services import announce
from grants.people.models import Funder

BLANK_KEY = "blank"
SLUG_MAX, PREFIX_MAX = 80, 12
SMALL_WORDS = {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour"}


@dataclass(frozen=True)
class Beginnings:
    """What must be known of a call before anything else; the rest is written in the workshop.

    `slug` and `number_prefix` are proposed from the title when they are left empty.
    """

    title_fr: str
    kind: CallKind
    unit: Unit
    opens_at: datetime
    closes_at: datetime | None
    title_en: str = ""
    slug: str = ""
    number_prefix: str = ""


def make_blank(
    session: Session, lead_id: UUID, begun: Beginnings, *, actor: Actor, now: datetime
) -> Call:
    """Make a draft call whose form asks for the name of the project and nothing else.

    Announces `call.created`.

    Raises:
        Forbidden: the actor is not an officer of the lead funder.
        Unknown: there is no such funder.
        Refused: the address is taken (`call.load_template.slug_taken`), or the dates do not
            follow each other (`call.window.…`).
    """
    if not may_create_for(actor, lead_id):
        raise Forbidden
    check_window(begun.kind, begun.opens_at, begun.closes_at)
    lead = session.get(Funder, lead_id)
    if lead is None:
        raise Unknown
    slug = begun.slug or proposed_slug(begun.title_fr)
    if queries.slug_is_taken(session, slug):
        raise Refused("call.load_template.slug_taken", field="slug", slug=slug)
    call = _call(session, begun, slug)
    call.contact_email, call.contact_phone = lead.email or "", lead.phone or ""
    session.add(call)
    session.flush()
    session.add(CallFunder(call_id=call.id, funder_id=lead_id, position=1, is_lead=True))
    revision = FormRevision(
        id=new_id(),
        call_id=call.id,
        number=1,
        document=DOCUMENT,
        document_hash=document_hash(DOCUMENT),
    )
    session.add(revision)
    session.flush()
    call.current_revision_id = revision.id
    announce(session, "call.created", by=actor, at=now, funder=lead_id, subject=call.id)
    session.flush()
    return call


DOCUMENT: dict[str, Any] = {
    "sections": [
        {
            "key": "projet",
            "title_fr": "Votre projet",
            "title_en": "Your project",
            "fields": [
                {
                    "key": "titre",
                    "type": "short_text",
                    "role": "title",
                    "label_fr": "Nom du projet",
                    "label_en": "Name of the project",
                    "required": True,
                    "visible_to": ["juror", "public"],
                    "limits": {"characters_max": 100},
                }
            ],
        }
    ]
}
"""The one section and the one question that every call has."""

AWARD = AwardRule(
    instrument=Gift.GRANT,
    amount=None,
    amount_max=None,
    explain_fr="Le montant est décidé au cas par cas, dans la limite de l’enveloppe.",
    explain_en="The amount is decided case by case, within the envelope.",
)


def proposed_slug(title: str) -> str:
    """« Courts-circuits 2019 » gives `courts-circuits-2019`."""
    return "-".join(_words(title))[:SLUG_MAX].strip("-") or "appel"


def proposed_prefix(title: str) -> str:
    """« Courts-circuits » gives CC; one word gives its first letters."""
    words = [one for one in _words(title) if one.isalpha() and one not in SMALL_WORDS]
    if len(words) == 1:
        return words[0][:4].upper()
    return "".join(one[0] for one in words)[:PREFIX_MAX].upper() or "AAP"


def _words(title: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", title.casefold().replace("’", " "))
    return re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())


def _call(session: Session, begun: Beginnings, slug: str) -> Call:
    prefix = begun.number_prefix or proposed_prefix(begun.title_fr)
    texts = ("summary", "body", "eligibility")
    return Call(
        id=new_id(),
        slug=slug,
        key=BLANK_KEY,
        number_prefix=free_prefix(session, prefix, begun.opens_at),
        kind=begun.kind,
        unit=begun.unit,
        title_fr=begun.title_fr,
        title_en=begun.title_en,
        award_rule=AWARD.stored(),
        allows_persons=False,
        opens_at=begun.opens_at,
        closes_at=begun.closes_at,
        contact_email="",
        contact_phone="",
        **{f"{name}_{language}": "" for name in texts for language in ("fr", "en")},
    )


def free_prefix(session: Session, prefix: str, opens_at: datetime) -> str:
    """CC-2018, then CC-2018-2 for a second call of the year."""
    base = f"{prefix}-{paris_date(opens_at).year}"
    taken = queries.taken_prefixes(session, base)
    number = 1
    while (found := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return found
