"""The scores of a jury compared: what each application got, corrected, and how sure its rank is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.juries import queries, rules, services
from grants.web import comparing
from grants.web.officer import figure_files
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sheets import MEDIA_TYPE

bp = Blueprint("comparisons", __name__, url_prefix="/jurys/<uuid:jury_id>/comparaison")


@bp.get("")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The figures of each application, of the jurors and of the jury as a whole."""
    return page(session, jury_id, "officer/comparisons/show.html")


@bp.get("/certitude")
@allow(Audience.OFFICER, rules.follows)
def certainty(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """How sure each rank is, as a picture and in words."""
    return page(session, jury_id, "officer/comparisons/certainty.html")


@bp.post("/calcul")
@allow(Audience.OFFICER, rules.manages)
def ask(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Have the figures of a large jury worked out."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor, who=rules.manages.where)
    line = comparing.funding_line(session, jury, actor)
    job_id = services.ask_figures(session, jury_id, places=line.places, actor=actor, now=now())
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/chiffres.csv")
@allow(Audience.OFFICER, rules.follows)
def csv(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Every figure of every application, a line each."""
    found = lines(session, jury_id)
    if found is None:
        return redirect(url_for(".show", jury_id=jury_id), 303)
    answer = Response(figure_files.written(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}.csv"'
    return answer


@bp.get("/chiffres.xlsx")
@allow(Audience.OFFICER, rules.follows)
def xlsx(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The same as a workbook, with jurors and what is to be discussed on their own sheets."""
    found = lines(session, jury_id)
    if found is None:
        return redirect(url_for(".show", jury_id=jury_id), 303)
    folder = TemporaryDirectory()  # gone with the answer, once it is sent
    path = Path(folder.name) / "figures.xlsx"
    figure_files.write_workbook(path, found)
    answer = send_file(
        path, mimetype=MEDIA_TYPE, as_attachment=True, download_name=f"{found.name}.xlsx"
    )
    answer.direct_passthrough = False  # else nobody hears that it was sent
    answer.call_on_close(folder.cleanup)
    return answer


def review_of(jury_id: UUID, application_id: str, seat_id: str) -> str:
    """Where one review is read."""
    at, place = "officer.readings.show", f"r-{seat_id}"
    return url_for(at, jury_id=jury_id, application_id=application_id, _anchor=place)


def lines(session: Session, jury_id: UUID) -> figure_files.Told | None:
    """All there is to write, None while a job has not worked it out."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    sight = comparing.look(session, jury, actor)
    if sight.figures is None:
        return None
    wanted = [one.application for one in sight.figures.lines]
    return figure_files.Told(
        name=f"comparaison-{jury.call.slug}-{jury.key}",
        figures=sight.figures,
        files=queries.labels(session, jury, wanted, actor),
        jurors=queries.juror_names(session, jury),
    )


def page(session: Session, jury_id: UUID, template: str) -> str:
    """One of the two pages; while large figures are not worked out, how to have them."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    sight = comparing.look(session, jury, actor)
    if sight.figures is None:
        return render_template(
            "officer/comparisons/ask.html",
            jury=jury,
            sight=sight,
            may_ask=rules.manages.holds(actor, jury),
        )
    found, names = comparing.shown_page(session, sight, sight.figures)
    return render_template(
        template,
        **comparing.told(sight, sight.figures, found, names),
        jurors=queries.juror_names(session, jury),
        link=lambda one: url_for("officer.applications.show", application_id=one),
        review=None if jury.id in actor.seated else partial(review_of, jury_id),
    )
