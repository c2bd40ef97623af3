"""A financial report: expected, written, sent, accepted or returned, or not asked after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.rules import may_fill, may_submit
from grants.decisions.models import Decision, Deliberation, Instrument, Outcome
from grants.files.models import StoredFile
from grants.followup import figures, queries
from grants.followup.figures import Lines
from grants.followup.models import FinancialReport, ReportFile, ReportState
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.ledger.remaining import standing
from grants.outbox.services import announce
from grants.watch.counting import due_on
from grants.watch.law import Watched

NARRATIVE = (
    "done",
    "people",
    "places",
    "goals",
    "allocation",
    "variances",
    "in_kind",
    "remarks",
)
"""The parts of the narrative, in the order of the form; the first one is asked of everyone."""
TEXT_MAX = 10_000
OPEN = {ReportState.EXPECTED, ReportState.RETURNED}
FILES_MAX = 20
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a beneficiary writes; `version` is the one that they read."""

    lines: Lines
    narrative: Mapping[str, str]
    version: int
    documents: Sequence[StoredFile] = field(default_factory=tuple)


def expect_reports(session: Session, *, now: datetime) -> int:
    """Expect a report of each grant in money whose act is executory; return how many are new.

    Due six months after the end of the civil year in which the act became executory, until an
    officer says that it is used over another one. Nothing is expected of what was taken back
    whole. At most `BATCH` at a time; twice is once.
    """
    made, held = Deliberation.made_executory_on, standing(Decision.id)
    owed = session.execute(
        select(Decision.id, Decision.application_id, Decision.funder_id, made)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .outerjoin(FinancialReport, FinancialReport.decision_id == Decision.id)
        .join(held, true())
        .where(
            held.c.net > 0,
            Decision.outcome == Outcome.AWARD,
            Decision.instrument == Instrument.GRANT,
            Decision.unit == Unit.EUR,
            Application.organisation_id.is_not(None),
            made <= paris_date(now),
            FinancialReport.id.is_(None),
        )
        .order_by(made, Decision.id)
        .limit(BATCH)
    ).all()
    values = [_expected(*row) for row in owed]
    if not values:
        return 0
    expected = insert(FinancialReport).values(values).on_conflict_do_nothing()
    return len(session.scalars(expected.returning(FinancialReport.id)).all())


def _expected(
    decision_id: UUID, application_id: UUID, funder_id: UUID, made_on: date | None
) -> dict[str, object]:
    if made_on is None:
        raise ValueError("a report is expected of an executory act")
    ends = date(made_on.year, 12, 31)
    return {
        "id": new_id(),
        "decision_id": decision_id,
        "application_id": application_id,
        "funder_id": funder_id,
        "year_ends_on": ends,
        "due_on": _due(ends),
        "state": ReportState.EXPECTED,
    }


def save_report(
    session: Session, report_id: UUID, written: Written, *, actor: Actor, now: datetime
) -> FinancialReport:
    """Keep what was written so far, holes included. Locks the report. Announces nothing: a draft.

    Raises:
        Unknown, Forbidden: not on the applicant's side, or not one who fills in.
        Refused: `report.settled`, `report.stale`, `report.<what is wrong with a line>`,
            `report.text_too_long`, `report.files_too_many`.
    """
    report = queries.locked_own(session, report_id, may_fill, viewer=actor)
    _write(session, report, written, now)
    return report


def submit_report(
    session: Session, report_id: UUID, written: Written, *, actor: Actor, now: datetime
) -> FinancialReport:
    """Send the report, as its representative certifies it. Locks it; announces `report.submitted`.

    Raises:
        Unknown, Forbidden: not on the applicant's side, or not one who represents it.
        Refused: as `save_report`; `report.line_missing`, `report.nothing_spent`,
            `report.narrative_missing`.
    """
    report = queries.locked_own(session, report_id, may_submit, viewer=actor)
    _write(session, report, written, now)
    if lacking := figures.lacking(figures.read(report.lines)):
        raise Refused(f"report.{lacking}", field="lines")
    if not report.narrative.get(NARRATIVE[0], "").strip():
        raise Refused("report.narrative_missing", field=NARRATIVE[0])
    report.state = ReportState.SUBMITTED
    report.submitted_at, report.submitted_by = now, actor.id
    session.flush()
    _tell(session, "report.submitted", report, actor=actor, now=now)
    return report


def accept_report(session: Session, report_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Accept a report: payments may rest on it. Locks it; announces `report.accepted`.

    Raises:
        Unknown: none that the actor rules on.
        Refused: `report.not_submitted`.
    """
    report = _submitted(session, report_id, actor)
    _rule(report, ReportState.ACCEPTED, "", actor, now)
    session.flush()
    _tell(session, "report.accepted", report, actor=actor, now=now)


def return_report(
    session: Session, report_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Send a report back to be mended, and say why. Locks it; announces `report.returned`.

    Raises:
        Unknown: none that the actor rules on.
        Refused: `report.not_submitted`, `report.reason_missing`.
    """
    report = _submitted(session, report_id, actor)
    _require_reason(reason)
    _rule(report, ReportState.RETURNED, reason, actor, now)
    session.flush()
    _tell(session, "report.returned", report, actor=actor, now=now)


def excuse_report(
    session: Session, report_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Ask for no report after all: the grant is tied to no determined expense, for example.

    Locks it; announces `report.excused`.

    Raises:
        Unknown: none that the actor rules on.
        Refused: `report.settled`, `report.reason_missing`.
    """
    report = queries.locked_report(session, report_id, viewer=actor)
    if report.state not in OPEN:
        raise Refused("report.settled")
    _require_reason(reason)
    _rule(report, ReportState.EXCUSED, reason, actor, now)
    session.flush()
    _tell(session, "report.excused", report, actor=actor, now=now)


def set_year_end(
    session: Session, report_id: UUID, *, ends_on: date, actor: Actor, now: datetime
) -> None:
    """Say until when the grant is used: the report is due six months later.

    Of several years, the last day of the last one. Locks it; announces `report.due_changed`.

    Raises:
        Unknown: none that the actor rules on.
        Refused: `report.settled`, `report.year_before_act`.
    """
    report = queries.locked_report(session, report_id, viewer=actor)
    if report.state not in OPEN:
        raise Refused("report.settled")
    if ends_on < report.decision.deliberation.voted_on:
        raise Refused("report.year_before_act", field="ends_on")
    report.year_ends_on, report.due_on = ends_on, _due(ends_on)
    session.flush()
    _tell(session, "report.due_changed", report, actor=actor, now=now)


def _write(session: Session, report: FinancialReport, written: Written, now: datetime) -> None:
    if report.state not in OPEN:
        raise Refused("report.settled")
    if written.version != report.version:
        raise Refused("report.stale")
    lines = _with_forecast(report, written.lines)
    if wrong := figures.wrong(lines):
        raise Refused(f"report.{wrong}", field="lines")
    texts = {key: written.narrative.get(key, "").strip() for key in NARRATIVE}
    if any(len(one) > TEXT_MAX for one in texts.values()):
        raise Refused("report.text_too_long", max=TEXT_MAX)
    if len(report.files) + len(written.documents) > FILES_MAX:
        raise Refused("report.files_too_many", field="documents", max=FILES_MAX)
    report.lines = figures.stored(lines)
    report.narrative = {key: one for key, one in texts.items() if one}
    report.version += 1
    report.saved_at = now
    session.add_all(
        ReportFile(report_id=report.id, stored_file_id=one.id) for one in written.documents
    )
    session.flush()


def _with_forecast(report: FinancialReport, lines: Lines) -> Lines:
    """The lines as written, their forecast taken from the application: nobody types it."""
    forecast = figures.forecast_of(report.application)
    found = {}
    for side, planned in forecast.items():
        typed = list(lines.get(side, ()))
        known = [
            replace(one, actual=typed[at].actual if at < len(typed) else None)
            for at, one in enumerate(planned)
        ]
        found[side] = known + [replace(one, forecast=0) for one in typed[len(planned) :]]
    return found


def _submitted(session: Session, report_id: UUID, actor: Actor) -> FinancialReport:
    report = queries.locked_report(session, report_id, viewer=actor)
    if report.state is not ReportState.SUBMITTED:
        raise Refused("report.not_submitted")
    return report


def _rule(
    report: FinancialReport, state: ReportState, reason: str, actor: Actor, now: datetime
) -> None:
    report.state, report.reason = state, reason.strip()
    report.ruled_at, report.ruled_by = now, actor.id


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("report.reason_missing", field="reason")


def _due(ends_on: date) -> date:
    found = due_on(Watched.FINANCIAL_REPORT, ends_on)
    if found is None:
        raise ValueError(f"no report was due of {ends_on.year}")
    return found


def _tell(
    session: Session, kind: str, report: FinancialReport, *, actor: Actor, now: datetime
) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=report.funder_id,
        subject=report.application_id,
        report=str(report.id),
    )
