"""What a meeting's minutes say: composed from what happened until they are signed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from grants.applications.models import Application
from grants.files.models import StoredFile
from grants.juries import queries as juries
from grants.juries.models import Recusal, Review, ReviewRevision, Seat
from grants.juries.rules import is_blinded
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Unknown
from grants.people.models import Person
from grants.polls import queries as polls
from grants.sittings import rules
from grants.sittings.models import (
    Attendance,
    Minutes,
    Motion,
    MotionVote,
    Proxy,
    Sitting,
    SittingItem,
)
from grants.sittings.queries.rooms import ItemLine, agenda, leads, sitting

Content = dict[str, Any]
VERSION = 2
"""Of the layout of a signed content; readers of old minutes go by it. 1 knew no public votes and no
annex of recusals."""


@dataclass(frozen=True)
class Draft:
    """Minutes as they would be signed now, or as they were; `sha256` names the whole content.

    `content` is what the viewer may read of it. `is_partial`: something is left out for them.
    """

    sitting: Sitting
    content: Content
    sha256: str
    signed: Minutes | None
    is_partial: bool
    leads: bool


def minutes(session: Session, sitting_id: UUID, viewer: Actor) -> Draft:
    """The minutes of a meeting, without the points from which the viewer is recused.

    Drafts are for whoever leads; signed ones for everyone of the jury and its readers.

    Raises:
        Unknown: no such meeting, or the viewer may not read its minutes (yet).
    """
    held = sitting(session, sitting_id, viewer)
    leading = leads(session, held, viewer)
    signed = session.scalar(select(Minutes).where(Minutes.sitting_id == held.id))
    if signed is None and not (leading and held.opened_at):
        raise Unknown
    content = signed.content if signed else composed(session, held)
    viewer = rules.eyes(viewer, held.jury_id)
    shown = for_viewer(content, viewer, blinded=is_blinded.holds(viewer, held.jury))
    return Draft(held, shown, digest(content), signed, shown != content, leading)


def copy(session: Session, sitting_id: UUID, viewer: Actor) -> StoredFile:
    """The PDF of signed minutes, for those who may read every point of them.

    Raises:
        Unknown: there is none yet, or the viewer is recused from a point of it.
    """
    draft = minutes(session, sitting_id, viewer)
    if draft.signed is None or draft.signed.file_id is None or draft.is_partial:
        raise Unknown
    return session.get_one(StoredFile, draft.signed.file_id)


def for_viewer(content: Content, viewer: Actor, *, blinded: bool = False) -> Content:
    """A content without anything of the applications from which the viewer is recused.

    Titles are left out for the `blinded`: numbers name the files. The others are ranked as if
    what is hidden had never been: a rank that nobody has would tell where it stands.
    """
    hidden = {str(one) for one in viewer.recused_from}

    def kept(lines: Sequence[Content]) -> list[Content]:
        mask = {"title": ""} if blinded else {}
        return [{**line, **mask} for line in lines if line["application"] not in hidden]

    shown = {**content, "items": kept(content["items"])}
    if votes := content.get("public_votes"):
        shown["public_votes"] = [
            {**one, "lines": _ranked_anew(kept(one["lines"]))} for one in votes
        ]
    if "recusals" in content:
        shown["recusals"] = kept(content["recusals"])
    if content["ranking"]:
        lines = _ranked_anew(kept(content["ranking"]["lines"]))
        shown["ranking"] = {**content["ranking"], "lines": lines}
    return shown


def _ranked_anew(lines: Sequence[Content]) -> list[Content]:
    """Ranks, and places in each track where there are tracks, counted among these lines alone."""

    def among(one: Content, others: Iterable[Content]) -> int:
        return 1 + sum(1 for o in others if o["rank"] is not None and o["rank"] < one["rank"])

    found = []
    for one in lines:
        anew = {} if one["rank"] is None else {"rank": among(one, lines)}
        if anew and "track" in one:
            anew["place"] = among(one, [o for o in lines if o["track"] == one["track"]])
        found.append({**one, **anew})
    return found


def digest(content: Content) -> str:
    """SHA-256 of a content in its one canonical spelling."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def composed(session: Session, held: Sitting) -> Content:
    """The whole content, for nobody in particular. Its jury, stage and call are loaded.

    Fourteen statements, whatever the length of the agenda; one more for a jury that gives a prize.
    """
    jury = held.jury
    tracks = {one.key: one.label_fr for one in juries.tracks_ranked(session, jury)}
    found = juries.whole_ranking(session, jury, SYSTEM, by_track=bool(tracks))
    ranked = {one.application_id: one for one in found}
    motions = _motions(session, held)
    revised = _revised(session, held)
    lines = [ItemLine._make(row) for row in session.execute(agenda(held, SYSTEM))]
    rows = {
        one.id: one
        for one in session.scalars(select(SittingItem).where(SittingItem.sitting_id == held.id))
    }
    return {
        "version": VERSION,
        "call": {"fr": jury.call.title_fr, "en": jury.call.title_en},
        "jury": {"fr": jury.name_fr, "en": jury.name_en},
        "convened_by": held.convened_by,
        "meets_at": _at(held.meets_at),
        "place": held.place,
        "opened_at": _at(held.opened_at),
        "closed_at": _at(held.closed_at),
        "quorum": jury.quorum,
        "casting_vote": jury.casting_vote,
        **_people(session, held),
        "items": [
            _item(line, rows[line.id], ranked.get(line.application_id), revised, motions)
            for line in lines
            if line.began_at
        ],
        "not_discussed": sum(not line.began_at for line in lines),
        "motions": motions[None],
        "note": held.note,
        "recusals": _recusals(session, [line.application_id for line in lines]),
        "public_votes": _public_votes(session, held, ranked),
        "ranking": _ranking(session, held, found, tracks),
    }


def _item(
    line: ItemLine,
    row: SittingItem,
    ranked: juries.RankingRow | None,
    revised: Mapping[UUID, int],
    motions: Mapping[UUID | None, list[Content]],
) -> Content:
    return {
        "application": str(line.application_id),
        "number": line.number,
        "title": line.title,
        "began_at": _at(line.began_at),
        "ended_at": _at(line.ended_at),
        "present": row.present,
        "represented": row.represented,
        "quorum": row.quorum,
        "stepped_out": row.stepped_out,
        "note": line.note,
        "scores": ranked.scores if ranked else 0,
        "mean": ranked.mean if ranked else None,
        "revised": revised.get(line.application_id, 0),
        "motions": motions[line.id],
    }


def _people(session: Session, held: Sitting) -> Content:
    """Who was there, from when to when; who was not; who left their vote to whom."""
    seats = session.scalars(
        select(Seat)
        .where(Seat.jury_id == held.jury_id, Seat.accepted_at.is_not(None))
        .order_by(Seat.role, func.lower(Seat.name), Seat.id)
    ).all()
    stays: dict[UUID, list[Content]] = defaultdict(list)
    statement = select(Attendance).where(Attendance.sitting_id == held.id)
    for stay in session.scalars(statement.order_by(Attendance.came_at, Attendance.id)):
        span = {"mode": stay.mode.value, "came_at": _at(stay.came_at), "left_at": _at(stay.left_at)}
        stays[stay.seat_id].append(span)
    names = {seat.id: seat.name for seat in seats}
    proxies = session.scalars(
        select(Proxy)
        .where(Proxy.sitting_id == held.id, Proxy.revoked_at.is_(None))
        .order_by(Proxy.given_at, Proxy.id)
    )
    return {
        "attendance": [
            {"name": seat.name, "role": seat.role.value, "stays": stays[seat.id]}
            for seat in seats
            if stays[seat.id]
        ],
        "absent": [
            {"name": seat.name, "role": seat.role.value} for seat in seats if not stays[seat.id]
        ],
        "proxies": [
            {
                "giver": names.get(one.giver_id, ""),
                "holder": names.get(one.holder_id, ""),
                "given_at": _at(one.given_at),
                "used": one.used_at is not None,
            }
            for one in proxies
        ],
    }


def _recusals(session: Session, applications: Sequence[UUID]) -> list[Content]:
    """The annex: who stepped back from what is on the agenda, on the jury or not; no reason."""
    statement = (
        select(Recusal, Person.name, Application.number, Application.title)
        .join(Application, Application.id == Recusal.application_id)
        .join(Person, Person.id == Recusal.person_id)
        .where(Recusal.application_id.in_(applications))
        .order_by(Recusal.declared_at, Recusal.id)
    )
    return [
        {
            "application": str(one.application_id),
            "number": number,
            "title": title,
            "person": person,
            "declared_at": _at(one.declared_at),
            "origin": one.origin.value,
            "reason_class": one.reason_class.value,
        }
        for one, person, number, title in session.execute(statement)
    ]


def _motions(session: Session, held: Sitting) -> Mapping[UUID | None, list[Content]]:
    """The closed motions, by point; with who voted what, where the vote was by name."""
    seat, holder = aliased(Seat), aliased(Seat)
    votes: dict[UUID, list[Content]] = defaultdict(list)
    statement = (
        select(MotionVote, seat.name, holder.name)
        .join(Motion, Motion.id == MotionVote.motion_id)
        .join(seat, seat.id == MotionVote.seat_id)
        .join(holder, holder.id == MotionVote.cast_by)
        .where(Motion.sitting_id == held.id, ~Motion.is_secret)
        .order_by(func.lower(seat.name), seat.id)
    )
    for vote, name, by in session.execute(statement):
        choice = vote.choice.value if vote.choice else None
        proxied = by if vote.cast_by != vote.seat_id else None
        votes[vote.motion_id].append({"name": name, "choice": choice, "by": proxied})
    found: dict[UUID | None, list[Content]] = defaultdict(list)
    closed = select(Motion).where(Motion.sitting_id == held.id, Motion.closed_at.is_not(None))
    for one in session.scalars(closed.order_by(Motion.number)):
        found[one.item_id].append(
            {
                "number": one.number,
                "text": one.text,
                "secret": one.is_secret,
                "present": one.present,
                "represented": one.represented,
                "quorum": one.quorum,
                "closed_at": _at(one.closed_at),
                "for": one.votes_for,
                "against": one.votes_against,
                "abstentions": one.abstentions,
                "casting": one.casting.value if one.casting else None,
                "outcome": one.outcome.value if one.outcome else None,
                "votes": votes[one.id],
            }
        )
    return found


def _revised(session: Session, held: Sitting) -> Mapping[UUID, int]:
    """How many scores were changed while the meeting was open, by application."""
    statement = (
        select(Review.application_id, func.count())
        .join(ReviewRevision, ReviewRevision.review_id == Review.id)
        .where(
            Review.jury_id == held.jury_id,
            Review.set_aside_at.is_(None),
            ReviewRevision.revised_at >= held.opened_at,
            *([ReviewRevision.revised_at <= held.closed_at] if held.closed_at else []),
        )
        .group_by(Review.application_id)
    )
    found: Sequence[Any] = session.execute(statement).all()
    return dict(found)


def _ranking(
    session: Session,
    held: Sitting,
    lines: Sequence[juries.RankingRow],
    tracks: Mapping[str, str],
) -> Content | None:
    """The ranking, once the jury is closed: nothing of it changes any more.

    Where the call has tracks each line tells its own, and its place there; where ballots rank,
    what they gave it.
    """
    act = juries.closing(session, held.jury_id) if held.jury.closed_at else None
    if act is None:
        return None

    def beside(line: juries.RankingRow) -> Content:
        votes = {"votes": line.votes, "opinions": line.opinions} if act.outcome else {}
        place = {"track": tracks.get(line.track or "", ""), "place": line.place} if tracks else {}
        return {**votes, **place}

    return {
        **({"rule": held.jury.rule.value} if act.outcome else {}),
        "frozen_at": _at(act.frozen_at),
        "sha256": act.inputs_sha256,
        "bundle_sha256": act.bundle_sha256,
        "version": act.version,
        "lines": [
            {
                "application": str(line.application_id),
                "rank": line.rank,
                "number": line.number,
                "title": line.title,
                "mean": line.mean,
                "scores": line.scores,
                **beside(line),
            }
            for line in lines
        ],
    }


def _public_votes(
    session: Session, held: Sitting, ranked: Mapping[UUID, juries.RankingRow]
) -> list[Content]:
    """The counted public votes for the prize that the jury gives, with their seals."""
    return [
        {
            "title": {"fr": poll.title_fr, "en": poll.title_en},
            "prize": poll.prize_fr,
            "closed_at": _at(poll.closed_at),
            "sha256": poll.results_sha256,
            "ballots": poll.results["ballots"],
            "lines": [
                {
                    "application": line["application"],
                    "rank": line["rank"],
                    "number": _number(ranked, line),
                    "title": line["title"],
                    "votes": line["votes"],
                }
                for line in poll.results["lines"]
            ],
        }
        for poll in polls.giving(session, held.jury.call_id, held.jury.prize_fr)
        if poll.results
    ]


def _number(ranked: Mapping[UUID, juries.RankingRow], line: Mapping[str, Any]) -> str:
    """The number of a candidate's application, where the jury was given it."""
    row = ranked.get(UUID(line["application"]))
    return (row.number or "") if row else ""


def _at(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
