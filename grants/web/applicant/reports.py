"""My financial reports: what the award was spent on, beside what was expected."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, MultipleFileField, TextAreaField
from wtforms.validators import InputRequired, Length

from grants.applications import queries as applications
from grants.applications.rules import is_author_side, may_fill, may_submit
from grants.followup import queries, services
from grants.followup.models import FinancialReport
from grants.followup.services import Written
from grants.kernel.errors import Unknown
from grants.web.account.fields import typed
from grants.web.applicant.unread import to_decision
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.payments import deposited
from grants.web.reports import NARRATIVE, STATES, Table, kept, sent, shown
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("reports", __name__, url_prefix="/<uuid:application_id>/comptes-rendus")
TOO_LONG = Length(max=10_000, message=_l("10 000 characters at most."))


class ReportForm(Form):
    """The narrative and the documents; the lines are read apart."""

    version = HiddenField(validators=[InputRequired(_l("Open this page again."))])
    documents = MultipleFileField(
        _l("Documents"),
        description=_l("Activity report, accounts approved, allocation keys…"),
    )


for key, (label, hint) in NARRATIVE.items():
    setattr(ReportForm, key, TextAreaField(label, [TOO_LONG], description=hint))


@bp.get("")
@allow(Audience.APPLICANT, is_author_side)
def mine(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The reports that I owe, and those that I sent."""
    viewer = current_actor()
    application = applications.own(session, application_id, viewer)
    found = queries.of_application(session, application_id, viewer=viewer)
    if not found and (way := to_decision(session, application_id)):
        return way
    return render_template(
        "applicant/reports/mine.html", application=application, reports=found, states=STATES
    )


@bp.get("/<uuid:report_id>")
@allow(Audience.APPLICANT, is_author_side)
def show(session: Session, application_id: UUID, report_id: UUID) -> ResponseReturnValue:
    """One report, to write or to read again."""
    applications.own(session, application_id, current_actor())
    if way := to_decision(session, application_id):
        return way
    report = found_in(session, application_id, report_id)
    form = ReportForm(formdata=None, data={**report.narrative, "version": report.version})
    return page(report, kept(report), form)


@bp.post("/<uuid:report_id>")
@allow(Audience.APPLICANT, may_fill | may_submit)
def save(session: Session, application_id: UUID, report_id: UUID) -> ResponseReturnValue:
    """Keep what was written; send it when that button was pressed."""
    report = found_in(session, application_id, report_id)
    form, table = ReportForm(), sent(report)
    valid = form.validate()
    form.form_errors = [*form.form_errors, *dict.fromkeys(words for _box, words in table.errors)]
    if valid and not table.errors:
        sending = "submit" in request.form
        with attempt(session, form) as tried:
            write(session, report_id, form, table, sending=sending)
        if not tried.refused:
            flash(_("Your report is sent.") if sending else _("Your report is saved."), "success")
            back = url_for(".mine", application_id=application_id)
            return redirect(back if sending else f"{back}/{report_id}", 303)
        report = found_in(session, application_id, report_id)
    return page(report, table.with_blanks(), form), form.status


def write(
    session: Session, report_id: UUID, form: ReportForm, table: Table, *, sending: bool
) -> None:
    """Hand what was typed to the service."""
    actor = current_actor()
    version = typed(form.version)
    written = Written(
        lines=table.lines,
        narrative={key: typed(form[key]) for key in NARRATIVE},
        version=int(version) if version.isdecimal() and len(version) < 9 else -1,  # noqa: PLR2004
        documents=deposited(session, form.documents.data or [], field="documents", actor=actor),
    )
    verb = services.submit_report if sending else services.save_report
    verb(session, report_id, written, actor=actor, now=now())


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.APPLICANT, is_author_side)
def download(session: Session, application_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A document that I gave with a report."""
    applications.own(session, application_id, current_actor())
    return send(queries.report_file(session, file_id, viewer=current_actor()).stored_file)


def found_in(session: Session, application_id: UUID, report_id: UUID) -> FinancialReport:
    """The report, if it belongs to the application in the address."""
    report = queries.own(session, report_id, viewer=current_actor())
    if report.application_id != application_id:
        raise Unknown
    return report


def page(report: FinancialReport, table: Table, form: ReportForm) -> str:
    """The report as a page."""
    viewer = current_actor()
    return render_template(
        "applicant/reports/show.html",
        application=report.application,
        form=form,
        is_open=report.state in services.OPEN,
        may_fill=may_fill.holds(viewer, report.application),
        may_submit=may_submit.holds(viewer, report.application),
        **shown(report, table),
    )
