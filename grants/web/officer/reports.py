"""Financial reports to read: forecast against actual, accepted, returned, or not asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.decisions.rules import RECORDERS
from grants.followup import figures, queries, rules, services
from grants.followup.models import FinancialReport, ReportState
from grants.kernel.clock import paris_date
from grants.web.account.fields import typed
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.reports import LEGENDS, STATES, kept, percent, shown
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("reports", __name__, url_prefix="/comptes-rendus")
PER_PAGE = 50
OPEN = (ReportState.EXPECTED, ReportState.SUBMITTED, ReportState.RETURNED)


class ReasonForm(Form):
    """Why a report is returned, or not asked."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why.")), Length(max=2000, message=_l("2 000 characters at most."))],
    )


class YearForm(Form):
    """Until when the grant is used."""

    ends_on = DateField(
        _l("The grant is used until"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        validators=[InputRequired(_l("Write a day, like 14/10/2024."))],
        description=_l("End of the year, or of the last year of several. Due six months later."),
    )


class NoForm(Form):
    """Nothing but a button."""


@bp.get("")
@allow(Audience.OFFICER, rules.can_read_report)
def index(session: Session) -> ResponseReturnValue:
    """The reports to my authorities, the first due first."""
    asked = [one for one in ReportState if one.value == request.args.get("state")]
    statement = queries.reports(viewer=current_actor(), states=asked or OPEN)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "officer/reports/index.html",
        page=found,
        states=STATES,
        asked=asked[0] if asked else None,
        today=paris_date(now()),
    )


@bp.get("/<uuid:report_id>")
@allow(Audience.OFFICER, rules.can_read_report)
def show(session: Session, report_id: UUID) -> ResponseReturnValue:
    """One report, forecast beside actual."""
    return page(session, report_id, None)


@bp.post("/<uuid:report_id>/accepter")
@allow(Audience.OFFICER, rules.may_rule)
def accept(session: Session, report_id: UUID) -> ResponseReturnValue:
    """Accept it: payments may rest on it."""
    return ruled(
        session,
        report_id,
        NoForm(),
        lambda: services.accept_report(session, report_id, actor=current_actor(), now=now()),
        _("The report is accepted."),
    )


@bp.post("/<uuid:report_id>/renvoyer")
@allow(Audience.OFFICER, rules.may_rule)
def send_back(session: Session, report_id: UUID) -> ResponseReturnValue:
    """Send it back, and say why."""
    form = ReasonForm(prefix="back-")
    return ruled(
        session,
        report_id,
        form,
        lambda: services.return_report(
            session, report_id, reason=typed(form.reason), actor=current_actor(), now=now()
        ),
        _("The report is sent back; its author is told why."),
    )


@bp.post("/<uuid:report_id>/dispenser")
@allow(Audience.OFFICER, rules.may_rule)
def excuse(session: Session, report_id: UUID) -> ResponseReturnValue:
    """Ask for none after all, and say why."""
    form = ReasonForm(prefix="excuse-")
    return ruled(
        session,
        report_id,
        form,
        lambda: services.excuse_report(
            session, report_id, reason=typed(form.reason), actor=current_actor(), now=now()
        ),
        _("No report is asked of this award."),
    )


@bp.post("/<uuid:report_id>/exercice")
@allow(Audience.OFFICER, rules.may_rule)
def year(session: Session, report_id: UUID) -> ResponseReturnValue:
    """Say until when the grant is used: the report is due six months later."""
    form = YearForm()

    def act() -> None:
        services.set_year_end(
            session,
            report_id,
            ends_on=form.ends_on.data or paris_date(now()),
            actor=current_actor(),
            now=now(),
        )

    return ruled(session, report_id, form, act, _("The due date is changed."))


@bp.get("/<uuid:report_id>/tableau.csv")
@allow(Audience.OFFICER, rules.can_read_report)
def spreadsheet(session: Session, report_id: UUID) -> ResponseReturnValue:
    """Forecast against actual as a file for a spreadsheet."""
    report = queries.report(session, report_id, viewer=current_actor())
    answer = Response(table_of(report), content_type="text/csv; charset=utf-8")
    name = f"compte-rendu-{report.application.number}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.OFFICER, rules.can_read_report)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """A document given with a report."""
    return send(queries.report_file(session, file_id, viewer=current_actor()).stored_file)


def table_of(report: FinancialReport) -> str:
    """The lines as CSV, semicolons and a byte order mark for French spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    heads = (
        _("Side"),
        _("Account"),
        _("What"),
        _("Forecast"),
        _("Actual"),
        _("Gap"),
        _("Gap in percent"),
    )
    writer.writerow(heads)
    for side, lines in figures.read(report.lines).items():
        for one in lines:
            # A label that begins like a formula is a text to the spreadsheet too.
            label = f"'{one.label}" if one.label[:1] in {"=", "+", "-", "@"} else one.label
            writer.writerow(
                (
                    *(str(LEGENDS[side]), one.account, label, one.forecast),
                    *("" if one.actual is None else one.actual, one.gap, percent(one.permille)),
                )
            )
    return "\ufeff" + out.getvalue()


def ruled(
    session: Session, report_id: UUID, form: Form, act: Callable[[], None], words: str
) -> ResponseReturnValue:
    """Do one thing to a report, or show why it cannot be."""
    if form.validate():
        with attempt(session, form) as tried:
            act()
        if not tried.refused:
            flash(words, "success")
            return redirect(url_for(".show", report_id=report_id), 303)
    return page(session, report_id, form), form.status


def page(session: Session, report_id: UUID, form: Form | None) -> str:
    """One report as a page; `form` is the one that was refused."""
    report = queries.report(session, report_id, viewer=current_actor())
    year_form = form if isinstance(form, YearForm) else None
    wrong = form if isinstance(form, ReasonForm) else None
    return render_template(
        "officer/reports/show.html",
        application=report.application,
        form=form,
        back=_reason(wrong, "back-"),
        excuse=_reason(wrong, "excuse-"),
        year=year_form or YearForm(formdata=None, data={"ends_on": report.year_ends_on}),
        may_rule=report.funder_id in current_actor().funders_as(*RECORDERS),
        is_open=report.state in services.OPEN,
        **shown(report, kept(report)),
    )


def _reason(wrong: ReasonForm | None, prefix: str) -> ReasonForm:
    if wrong is not None and wrong.reason.name.startswith(prefix):
        return wrong
    return ReasonForm(formdata=None, prefix=prefix)
