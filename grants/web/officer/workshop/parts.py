"""What every page of the workshop shares: the call, its form as it is written now, its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from grants.calls import drafting, rules, workbench
from grants.calls.drafting import Json
from grants.calls.form import FormDocument
from grants.calls.models import Call, FormRevision
from grants.calls.services import editing
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now

WORKSHOP_PARTS: list[tuple[str, Any]] = [
    ("officer.workshop.overview.show", _l("Parts")),
    ("officer.workshop.outline.show", _l("Form of the call")),
    ("officer.workshop.rulebook.show", _l("Rules of the call")),
    ("officer.workshop.arranged.review", _l("Stages and juries")),
    ("officer.workshop.trials.show", _l("Try")),
    ("officer.workshop.overview.check", _l("Check")),
]
"""(endpoint of the first page, words): the parts of the workshop, in the order of its menu."""

PARTS_APART = {"officer.workshop.arranged.tracks", "officer.workshop.arranged.batches"}
"""Pages of rows that stand in the list of parts, not beside the stages."""

FAMILIES_OF_PAGES = {
    "sections": "outline",
    "fields": "outline",
    "conditions": "outline",
    "eligibility": "rulebook",
    "award": "rulebook",
    "settings": "overview",
    "window": "overview",
    "funding": "overview",
    "documents": "overview",
    "versions": "overview",
    "access": "overview",
    "again": "overview",
}
"""Pages that stand under another one in the menu."""


def workshop_parts(call_id: UUID) -> list[tuple[str, object, bool]]:
    """The parts of the workshop: (address, words, whether one is there)."""
    asked = request.endpoint or ""
    page = asked.split(".")[2:3]
    name = FAMILIES_OF_PAGES.get(page[0], page[0]) if page else ""
    firsts = [endpoint for endpoint, _words in WORKSHOP_PARTS]
    family = [one for one in firsts if one.split(".")[2] == name]
    here = asked if asked in firsts else next(iter(family), "")
    if asked in PARTS_APART:
        here = firsts[0]
    return [
        (url_for(endpoint, call_id=call_id), words, endpoint == here)
        for endpoint, words in WORKSHOP_PARTS
    ]


class SeenForm(Form):
    """A form about the call's form; it says which version its author was looking at."""

    seen = HiddenField()

    @property
    def author(self) -> editing.ByAuthor:
        """Who edits, now, and what they saw."""
        return {"seen": self.seen.data or "", "actor": current_actor(), "now": now()}


def written(session: Session, form: SeenForm, verb: Callable[..., Any], *what: Any) -> bool:
    """Have a service write `what` for its author; False when it refused: the form says why."""
    with attempt(session, form) as tried:
        verb(session, *what, **form.author)
    return not tried.refused


@dataclass(frozen=True)
class Workbench:
    """A call and its newest form, for one reader."""

    call: Call
    revision: FormRevision
    form: FormDocument
    leads: bool

    @property
    def document(self) -> Json:
        """The form as JSON."""
        return self.revision.document

    @property
    def seen(self) -> str:
        """The version that the page shows."""
        return self.revision.document_hash

    @property
    def is_frozen(self) -> bool:
        """Whether applicants already answer this version: it changes no more."""
        return self.revision.frozen_at is not None

    @property
    def may_edit(self) -> bool:
        """Whether the reader may change the form as it stands."""
        return self.leads and not self.is_frozen and self.call.state in editing.EDITABLE

    @property
    def may_revise(self) -> bool:
        """Whether the reader may begin another version of a published form."""
        return self.leads and self.is_frozen and self.call.state in editing.EDITABLE

    def label_of(self, path: str) -> str:
        """The French label of a question, for sentences."""
        return str(drafting.field_of(self.document, path)["label_fr"])


def workbench_of(session: Session, call_id: UUID) -> Workbench:
    """What the reader works on. Raises Unknown like the queries that it asks."""
    actor = current_actor()
    call = workbench.call_at_work(session, call_id, viewer=actor)
    revision = workbench.newest_revision(session, call_id)
    return Workbench(call, revision, revision.form, rules.leads.holds(actor, call))


def writable(session: Session, call_id: UUID) -> Workbench:
    """The same, for the pages that only authors see.

    Raises:
        Forbidden: the reader is not an officer of the lead funder.
    """
    work = workbench_of(session, call_id)
    rules.leads.require(current_actor(), work.call)
    return work


def refresh(form: SeenForm, newest: str) -> None:
    """Say on the page which version it is about: the newest, on a new page and after a refusal.

    What was typed may then be sent again. A page shown again for another reason keeps the
    version that its author began from.
    """
    if request.method == "GET" or form.was_refused:
        form.seen.data = newest
