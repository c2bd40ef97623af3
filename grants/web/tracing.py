"""Where a figure leads: the books, for whoever reads those of the authority that it is of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for

from grants.ledger.operations import Stage
from grants.web.requests import visitor
from grants.web.routes import READERS, Audience

SHOWN = (Stage.PAID, Stage.ORDERED, Stage.COMMITTED, Stage.RESERVED, Stage.AVAILABLE)
"""The stages of a bar."""


def to_book(funder_id: UUID | None, envelope_id: UUID, stage: str) -> str:
    """The entries of one stage of an envelope; empty for whoever does not read them."""
    if not _reads_books(funder_id):
        return ""
    return url_for("finance.envelopes.book", envelope_id=envelope_id, stage=stage)


def to_card(funder_id: UUID | None, award_id: UUID) -> str:
    """The card of an award, with its entries; empty for whoever does not read it."""
    return url_for("finance.awards.show", award_id=award_id) if _reads_books(funder_id) else ""


def of_bar(line: Any) -> dict[str, str]:
    """Stage by stage, the entries of an envelope that is drawn as a bar."""
    funder_id = getattr(line, "funder_id", None)
    found = {stage.value: to_book(funder_id, line.id, stage) for stage in SHOWN if funder_id}
    return {stage: url for stage, url in found.items() if url}


FOR_TEMPLATES = {"to_book": to_book, "to_card": to_card, "books_of_bar": of_bar}


def _reads_books(funder_id: UUID | None) -> bool:
    actor = visitor()
    return actor is not None and funder_id in actor.funders_as(*READERS[Audience.FINANCE])
