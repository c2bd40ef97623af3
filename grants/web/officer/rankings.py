"""The ranking of a jury: on screen, as a file, and closed for good."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.calls.models import BY_BALLOTS, RankingRule
from grants.juries import queries, rules, services
from grants.juries.queries import RankingRow
from grants.kernel.cells import safe
from grants.polls import queries as polls
from grants.web.ballot_words import how_it_ranks, pairs
from grants.web.forms import Form, attempt
from grants.web.juror.words import points
from grants.web.paging import Page, asked_page
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow
from grants.web.tracks import asked_track

PER_PAGE = 50
COLUMNS = (
    "rang",
    "numero",
    "projet",
    "porteur",
    "moyenne",
    "mediane",
    "ecart_type",
    "notes",
    "abstentions",
)
OF_TRACK = ("volet", "rang_volet")
OF_BALLOTS = ("voix", "bulletins", "demande", "retenu")

bp = Blueprint("rankings", __name__, url_prefix="/jurys/<uuid:jury_id>")


@bp.get("/classement")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The ranking with a small picture of each application's scores."""
    return page(session, jury_id, Form())


@bp.get("/classement.csv")
@allow(Audience.OFFICER, rules.follows)
def download(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The whole ranking as a file, for whoever wants to compute it again."""
    actor = current_actor()
    jury = queries.jury(session, jury_id, actor)
    tracks = {one.key: one.label_fr for one in queries.tracks_ranked(session, jury)}
    rows = queries.whole_ranking(session, jury, actor, by_track=bool(tracks))
    answer = Response(written(rows, tracks, by=jury.rule), mimetype="text/csv")
    name = f"classement-{jury.call.slug}-{jury.key}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/cloture")
@allow(Audience.OFFICER, rules.manages)
def close(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Close the jury: its ranking is frozen."""
    form = Form()
    with attempt(session, form) as tried:
        services.close_jury(session, jury_id, store=store(), actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(_("The jury is closed; its ranking will not change any more."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


@bp.post("/discussion")
@allow(Audience.OFFICER, rules.manages)
def discuss(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Open the discussion: members see each other's scores."""
    form = Form()
    with attempt(session, form) as tried:
        services.open_discussion(session, jury_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, jury_id, form), form.status
    flash(_("The discussion is open: members see each other’s scores."), "success")
    return redirect(url_for(".show", jury_id=jury_id), 303)


def page(session: Session, jury_id: UUID, form: Form) -> str:
    """The ranking as a page."""
    actor, number = current_actor(), asked_page()
    jury = queries.jury(session, jury_id, actor)
    tracks = queries.tracks_ranked(session, jury)
    track = asked_track(tracks)
    found = queries.ranking(
        session,
        jury,
        actor,
        number=number,
        per_page=PER_PAGE,
        by_track=bool(tracks),
        track=track,
    )
    return render_template(
        "officer/rankings/show.html",
        jury=jury,
        votes=polls.giving(session, jury.call_id, jury.prize_fr),
        form=form,
        page=Page(rows=found.lines, number=number, per_page=PER_PAGE, total=found.of_all),
        tally=queries.tally(session, jury, actor),
        act=queries.closing(session, jury.id) if jury.closed_at else None,
        found=found,
        how_it_ranks=how_it_ranks(jury),
        pairs=pairs(found),
        may_close=rules.manages.holds(actor, jury) and not jury.closed_at,
        recused=bool(actor.recused_from),
        tracks=tracks,
        track=track,
        points=points,
        link=lambda one: url_for("officer.applications.show", application_id=one),
    )


def written(
    rows: list[RankingRow], tracks: Mapping[str, str], *, by: RankingRule = RankingRule.MEAN
) -> str:
    """The ranking as CSV, figures in points with three decimals and a dot.

    `tracks` are the names of the call's tracks by key; where there are, each line ends with its
    own and its rank there. Where ballots rank (`by`), it says before what they gave it; amounts
    are in the call's smallest unit.
    """
    votes = by in BY_BALLOTS
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, *(OF_BALLOTS if votes else ()), *(OF_TRACK if tracks else ())])
    for row in rows:
        figures = (row.mean, row.median, row.dispersion)
        head = (row.rank or "", row.number, safe(row.title), safe(row.applicant))
        own = (safe(tracks.get(row.track or "", "")), row.place or "") if tracks else ()
        given = voted(row) if votes else ()
        writer.writerow([*head, *map(exact, figures), row.scores, row.abstentions, *given, *own])
    return "\ufeff" + out.getvalue()


def voted(row: RankingRow) -> tuple[object, ...]:
    """What ballots gave to an application; whether a budget pays for it as 1 or 0."""
    paid = "" if row.is_paid is None else int(row.is_paid)
    return ("" if row.votes is None else row.votes, row.opinions or 0, row.requested, paid)


def exact(thousandths: int | None) -> str:
    """62500 → "62.500"."""
    if thousandths is None:
        return ""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"
