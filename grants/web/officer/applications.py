"""A call's applications: the list with its search and bulk acts, its export, one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.applications import answers, deadlines, queries, rules, services
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ApplicationState
from grants.applications.queries import Asked, InboxLine
from grants.calls.form import Reading
from grants.kernel.access import FunderRole
from grants.web import wording
from grants.web.answers import read_sections
from grants.web.downloads import send
from grants.web.officer.application_forms import NoteForm
from grants.web.officer.exports import MARK, exported_fields, headings, line_of, writer_of
from grants.web.paging import Page, asked_page
from grants.web.requests import current_actor, database, now
from grants.web.routes import Audience, allow
from grants.web.states import REASONS, happened, officer_words

bp = Blueprint("applications", __name__)
SIZES = (50, 250)
NOWHERE = UUID(int=0)
NEVER_LISTED = {ApplicationState.DRAFT, ApplicationState.LAPSED}
STATES = tuple(one for one in ApplicationState if one not in NEVER_LISTED)
KEPT = ("q", "state", "track", "sort", "size", "page")
# What a button says: the transition, and whether it takes the whole call.
BULK = {
    "declare_admissible": ("declare_admissible", False),
    "send_to_review": ("send_to_review", False),
    "send_all_to_review": ("send_to_review", True),
    "shortlist": ("shortlist", False),
    "eliminate": ("eliminate", False),
}


@bp.get("/appels/<uuid:call_id>/dossiers")
@allow(Audience.OFFICER, rules.is_funder_side)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """One page of the call's applications, as asked. Six statements, however many there are."""
    actor, asked = current_actor(), asked_list()
    call = queries.call_of_inbox(session, call_id, actor)
    lines = queries.inbox(session, call_id, actor, asked)
    means = queries.mean_scores(session, [line.id for line in lines])
    total = queries.total(session, call_id, actor, asked)
    return render_template(
        "officer/applications/index.html",
        call=call,
        asked=asked,
        states=[(one.value, officer_words(one)) for one in STATES],
        words={one: officer_words(one) for one in {line.state for line in lines}},
        rows=[row(line, call.unit, means) for line in lines],
        base=url_for(".show", application_id=NOWHERE).removesuffix(str(NOWHERE)),
        page=Page(rows=lines, number=asked.number, per_page=asked.per_page, total=total),
        tracks=[(one.key, wording.localized(one, "label")) for one in call.tracks],
        act_url=url_for(".act", call_id=call.id) + kept(),
        may_act=bool(actor.funders_as(FunderRole.OFFICER)),
        sizes=SIZES,
    )


@bp.post("/appels/<uuid:call_id>/dossiers")
@allow(Audience.OFFICER, rules.is_officer)
def act(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Declare the ticked ones admissible, or hand them (or all that are) to the juries."""
    actor = current_actor()
    queries.call_of_inbox(session, call_id, actor)
    wanted = request.form.get("act", "")
    if wanted in BULK:
        name, everything = BULK[wanted]
        among = None if everything else ticked()
        moved = services.move_many(session, call_id, name, among=among, actor=actor, now=now())
        flash(moved_words(name, moved), "success" if moved else "warning")
    return redirect(url_for(".index", call_id=call_id) + kept(), 303)


@bp.get("/appels/<uuid:call_id>/dossiers.csv")
@allow(Audience.OFFICER, rules.is_funder_side)
def export(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Every application with its answers, as a spreadsheet, sent while it is read."""
    actor, doors = current_actor(), database()
    call = queries.call_of_inbox(session, call_id, actor)
    fields = exported_fields(call)
    cells = writer_of(call.unit, fields)

    def lines() -> Iterator[str]:
        yield MARK + line_of(headings(fields))
        with doors.reading() as reading:
            for one in queries.exported(reading, call_id, actor):
                yield line_of(cells(one))

    answer = Response(stream_with_context(lines()), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{call.slug}.csv"'
    return answer


@bp.get("/dossiers/<uuid:application_id>")
@allow(Audience.OFFICER, rules.is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """One file: answers, documents, what happened, and what may be done."""
    return file_page(session, application_id, NoteForm())


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.is_funder_side)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document of an application."""
    return send(queries.attachment(session, file_id, current_actor()).stored_file)


def file_page(session: Session, application_id: UUID, note_form: NoteForm) -> str:
    """The page of one file, whatever form on it was refused."""
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    events = queries.timeline(session, application)
    return render_template(
        "officer/applications/show.html",
        application=application,
        call=application.call,
        words=officer_words(application.state),
        sections=sections_of(application),
        reasons=[REASONS[one] for one in application.inadmissible_reasons],
        offered={one.name for one in LIFECYCLE.offered(application, actor=actor)},
        may_note=rules.is_officer.holds(actor, application),
        notes=queries.notes(session, application),
        note_form=note_form,
        form=note_form,
        implicit_on=deadlines.implicit_refusal_on(application),
        asked_labels=asked_labels(application),
        events=[{"at": one.at, "text": happened(one.kind), "by": one.by} for one in events],
    )


def sections_of(application: Application) -> list[Any]:
    """The answers as officers read them."""
    return list(
        read_sections(
            answers.document(application),
            answers.as_shown(application),
            answers.attached(application),
            Reading.OFFICER,
            legal_form=answers.legal_form(application),
            file_url=lambda one: url_for("officer.applications.download", file_id=one.id),
        )
    )


def asked_labels(application: Application) -> list[tuple[str, str]]:
    """The questions of the request for complements, with the officer's sentences."""
    if application.complement is None:
        return []
    labels = {
        one.key: wording.localized(one, "label") for one in answers.document(application).fields()
    }
    items = application.complement.items
    return [(labels.get(one["field_key"], ""), one["message"]) for one in items]


def asked_list() -> Asked:
    """What the address asks of the list; nonsense is as if nothing was asked."""
    state, size = request.args.get("state", ""), request.args.get("size", type=int)
    return Asked(
        text=request.args.get("q", "")[:200],
        state=ApplicationState(state) if state in set(ApplicationState) else None,
        track_key=request.args.get("track", "")[:40].replace("\x00", ""),
        sort=request.args.get("sort", "number"),
        number=asked_page(),
        per_page=size if size in SIZES else SIZES[0],
    )


def kept() -> str:
    """What the address asked of the list, to come back to the same place."""
    asked = {name: request.args[name] for name in KEPT if name in request.args}
    return f"?{urlencode(asked)}" if asked else ""


def row(line: InboxLine, unit: str, means: Mapping[UUID, int]) -> tuple[Any, ...]:
    """A line as the template prints it: plain texts, for a page of 250 must stay light."""
    mean = means.get(line.id)
    return (
        line.id,
        line.number,
        line.title or "—",
        line.applicant,
        wording.amount(line.requested, unit),
        line.state,
        wording.short_day(line.submitted_at),
        "" if mean is None else points(mean),
        wording.short_day(line.complement_due_on) if line.state == "incomplete" else "",
    )


def points(thousandths: int) -> str:
    """A mean out of 100 with one decimal: 73456 → « 73,5 »."""
    text = f"{thousandths / 1000:.1f}"
    return text if wording.language() == "en" else text.replace(".", ",")


def ticked() -> set[UUID]:
    """The lines ticked; what is no identifier was never on the page."""
    found = set()
    for text in request.form.getlist("id")[: SIZES[-1]]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def moved_words(act: str, count: int) -> str:
    """What a bulk act did."""
    if not count:
        return str(_("Nothing changed: none of these applications could."))
    told = {
        "declare_admissible": lambda n: ngettext(
            "%(num)s application declared admissible.",
            "%(num)s applications declared admissible.",
            n,
        ),
        "send_to_review": lambda n: ngettext(
            "%(num)s application sent to review.", "%(num)s applications sent to review.", n
        ),
        "shortlist": lambda n: ngettext(
            "%(num)s application shortlisted.", "%(num)s applications shortlisted.", n
        ),
        "eliminate": lambda n: ngettext(
            "%(num)s application not shortlisted.", "%(num)s applications not shortlisted.", n
        ),
    }
    return str(told[act](count))
