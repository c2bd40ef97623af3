"""Agreements to sign and proofs of their signatures, typeset as PDF away from the pages."""

from __future__ import annotations

from uuid import UUID

from grants.agreements import queries
from grants.notices.pdf import typeset
from grants.notices.services.agreements import write_document, write_proof
from grants.outbox.services import first_time
from workers.app import celery, database, now, store
from workers.telling import pages, site


@celery.task(name="agreements.write")
def write(message_id: str) -> None:
    """Make what an agreement that was sent, or signed by both sides, owes; once."""
    with database().transaction() as session:
        if not first_time(session, UUID(message_id), "agreements.write"):
            return
    catch_up()


@celery.task(name="agreements.catch_up")
def catch_up() -> int:
    """Make every document and proof that is still owed, one a transaction; return how many.

    Twice at once makes some twice, and keeps the first: both are the same words.
    """
    with database().reading() as session:
        versions = [one.id for one in queries.unwritten(session)]
        acts = list(queries.unproved(session))
    for version_id in versions:
        document(version_id)
    return len(versions) + sum(proof(act_id) for act_id in acts)


def document(version_id: UUID) -> None:
    """Make the PDF of one version that is to be signed."""
    with database().transaction() as session:
        version = queries.version(session, version_id)
        write_document(
            session, version, renderer=pages(), typeset=typeset, store=store(), now=now()
        )


def proof(act_id: UUID) -> bool:
    """Make the proof of one act; whether it is signed on a screen."""
    with database().transaction() as session:
        made = write_proof(
            session,
            act_id,
            renderer=pages(),
            typeset=typeset,
            store=store(),
            site=site(),
            now=now(),
        )
    return made is not None
