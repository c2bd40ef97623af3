"""The files of an agenda: each draft deliberation with its table and its register, PDF and ODT."""

from __future__ import annotations

import io
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.councils import PACK as KIND
from grants.councils import queries
from grants.councils.models import Meeting
from grants.councils.queries import ItemSheet
from grants.councils.services import keep_paper
from grants.files.results import keep_result
from grants.jobs import services as jobs
from grants.kernel import odt
from grants.kernel.odt import Block, Heading
from grants.notices.pdf import typeset
from grants.web import wording
from grants.web.decisions import BODIES, INSTRUMENTS, OUTCOMES
from grants.web.juror.words import CLASSES, ORIGINS
from workers.app import database, now, store
from workers.exports.asked import Work, work
from workers.telling import pages

LOCALE = "fr"
"""An act of a French authority is written in French."""


@dataclass(frozen=True)
class Annex(odt.Table):
    """A table of an annex, and what stands there when it is empty."""

    none: str = ""


@dataclass(frozen=True)
class Written:
    """What one file says, before it is typeset."""

    title: str
    facts: list[str]
    paragraphs: list[str]
    tables: list[Annex]

    def blocks(self, object_: str) -> list[Block]:
        """The same as blocks of a text document."""
        made: list[Block] = [Heading(object_), *self.facts, *self.paragraphs]
        for table in self.tables:
            made += [Heading(table.name, 2), table if table.rows else table.none]
        return made


def make(job_id: UUID) -> None:
    """Make the files of every item that does not concern whoever asked, and end the job."""
    with work(job_id) as asked:
        if asked is None:
            return
        meeting_id = UUID(asked.payload["meeting"])
        with database().reading() as session:
            meeting = queries.meeting(session, meeting_id, viewer=asked.actor)
            sheets = queries.sheets(session, meeting, viewer=asked.actor)
        for done, sheet in enumerate(sheets, start=1):
            if not sheet.is_hidden:
                one_item(asked, meeting, sheet)
            asked.tell(done)
        with database().transaction() as session:
            if job := jobs.taken(session, job_id, now=now()):
                jobs.finish(job, now=now())


def one_item(asked: Work, meeting: Meeting, sheet: ItemSheet) -> None:
    """Both files of one item, kept together."""
    with database().reading() as session, pages().speaking(LOCALE):
        written = say(session, meeting, sheet)
    item = sheet.item
    facts = {
        "item": item,
        "funder": meeting.council_session.funder,
        "title": written.title,
        "facts": written.facts,
        "paragraphs": written.paragraphs,
        "tables": written.tables,
    }
    html = pages().letter("council_item", LOCALE, facts)
    made = {
        "pdf": (typeset(html), "application/pdf"),
        "odt": (odt.odt(written.blocks(item.object), title=item.object), odt.MEDIA_TYPE),
    }
    with database().transaction() as session:
        for ending, (content, media_type) in made.items():
            name = f"projet-de-deliberation-{item.position:02}.{ending}"
            kept = keep_result(
                session,
                store(),
                io.BytesIO(content),
                name=name,
                media_type=media_type,
                actor=asked.actor,
            )
            keep_paper(session, item.id, ending, kept, now=now())


def say(session: Session, meeting: Meeting, sheet: ItemSheet) -> Written:
    """What the files of an item say, in the language at hand."""
    item, sitting = sheet.item, meeting.council_session
    facts = [
        f"{BODIES[sitting.body]}, {wording.moment(meeting.starts_at)}, {meeting.place}",
        _("Item %(place)s of the agenda", place=item.position),
    ]
    if item.number:
        facts.append(_("Draft deliberation %(number)s", number=item.number))
    if item.rapporteur:
        facts.append(_("Rapporteur: %(name)s", name=item.rapporteur.name))
    paragraphs = [one.strip() for one in item.draft.splitlines() if one.strip()]
    if not paragraphs:
        paragraphs = [_("After deliberation, it is decided upon the applications of the annex.")]
    tables = [awards(sheet), register(session, sheet)] if sheet.applications else []
    return Written(_("Draft deliberation"), facts, paragraphs, tables)


def awards(sheet: ItemSheet) -> Annex:
    """What is proposed for each application of an item."""
    rows = []
    files = {one.id: one for one in sheet.applications}
    for line in sheet.proposals:
        file = files[line.application_id]
        amount = "" if line.amount is None else wording.amount(line.amount, file.call.unit)
        holder = file.organisation.name if file.organisation else ""
        form = str(INSTRUMENTS[line.instrument]) if line.instrument else ""
        outcome = str(OUTCOMES[line.outcome][0])
        why = line.reason or line.label
        rows.append([file.title, file.number or "", holder, outcome, form, amount, why])
    head = [_("Project"), _("Number"), _("Beneficiary"), _("Proposal"), _("Form"), _("Amount")]
    none = _("Nothing is proposed.")
    return Annex(_("Annex: proposals"), [*head, _("Reason")], rows, none)


def register(session: Session, sheet: ItemSheet) -> Annex:
    """Who stepped back from the applications of an item."""
    lines = queries.recusals(session, [one.id for one in sheet.applications])
    rows = [
        [
            one.person,
            wording.day(one.declared_at),
            f"{one.number}, {one.title}",
            str(ORIGINS[one.origin]),
            str(CLASSES[one.reason_class]),
        ]
        for one in lines
    ]
    head = [_("Person"), _("Date"), _("Application"), _("Origin"), _("Kind of interest")]
    none = _("Nobody is recused from any application.")
    return Annex(_("Annex: register of recusals"), head, rows, none)


__all__ = ["KIND", "make"]
