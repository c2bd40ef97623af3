"""The minutes of a session of a deliberative body (CGCT L2121-15), as PDF or ODT."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _

from grants.councils import MINUTES as KIND
from grants.councils.models import Choice, CouncilSeat, Standing, Voice
from grants.councils.queries import ItemSheet, Proceedings, proceedings
from grants.decisions.models import Deliberation
from grants.jobs import services as jobs
from grants.kernel import odt
from grants.kernel.errors import Refused, Unknown
from grants.kernel.odt import Block, Heading, Table
from grants.notices.pdf import typeset
from grants.web import wording
from grants.web.decisions import BODIES
from grants.web.officer.council_forms import CHOICES, OFFICES
from workers.app import database, now
from workers.exports.asked import deliver, work
from workers.telling import pages

LOCALE = "fr"
"""Minutes of a French authority are written in French."""
PDF = "application/pdf"
BLANK = "…" * 20


def make(job_id: UUID) -> None:
    """Write the minutes in the format that was asked for, and end the job."""
    with work(job_id) as asked:
        if asked is None:
            return
        ending = "odt" if asked.payload.get("format") == "odt" else "pdf"
        meeting_id = UUID(asked.payload["meeting"])
        try:
            with database().reading() as session, pages().speaking(LOCALE):
                told = proceedings(session, meeting_id, viewer=asked.actor)
                title, written = heading(told), blocks(told)
        except (Refused, Unknown) as error:
            with database().transaction() as session:
                if job := jobs.taken(session, job_id, now=now()):
                    code = error.code if isinstance(error, Refused) else "job.line.unknown"
                    jobs.fail(job, message=code, now=now())
            return
        if ending == "odt":
            asked.path.write_bytes(odt.odt(written, title=title))
        else:
            funder = told.meeting.council_session.funder
            facts = {"title": title, "funder": funder, "blocks": written}
            asked.path.write_bytes(typeset(pages().letter("proceedings", LOCALE, facts)))
        held_on = told.meeting.council_session.held_on
        name = f"proces-verbal-{held_on:%Y%m%d}.{ending}"
        deliver(asked, name=name, media_type=odt.MEDIA_TYPE if ending == "odt" else PDF)


def heading(told: Proceedings) -> str:
    """What the minutes are of."""
    return str(_("Minutes of the meeting of %(day)s", day=wording.day(told.meeting.starts_at)))


def blocks(told: Proceedings) -> list[Block]:
    """The minutes as titles, paragraphs and tables."""
    made: list[Block] = [Heading(heading(told)), *_opening(told), _presence(told)]
    for sheet in told.sheets:
        made += _item(told, sheet)
    if told.reported:
        made.append(Heading(_("Decisions taken by delegation, reported to the council"), 2))
        made += [
            f"{one.number}, {wording.day(one.voted_on)} : {one.object}" for one in told.reported
        ]
    closed_at = told.meeting.closed_at
    if closed_at is not None:
        made.append(_("The meeting closes at %(hour)s.", hour=wording.time_of_day(closed_at)))
    made += [
        Heading(_("Signatures"), 2),
        _("Chair of the meeting: %(name)s", name=_chair(told)) + f"\n\n{BLANK}",
        _("Secretary of the meeting:") + f"\n\n{BLANK}",
    ]
    return made


def _chair(told: Proceedings) -> str:
    return told.meeting.chair.name if told.meeting.chair else ""


def _opening(told: Proceedings) -> list[Block]:
    meeting, sitting = told.meeting, told.meeting.council_session
    said = [f"{BODIES[sitting.body]}, {meeting.place}."]
    if sitting.convened_on:
        said.append(_("Members called on %(day)s.", day=wording.day(sitting.convened_on)))
    if meeting.urgency:
        said.append(_("Urgency: %(why)s", why=meeting.urgency))
    if meeting.first_id:
        said.append(_("Second meeting: no quorum required."))
    if meeting.opened_at:
        hour = wording.time_of_day(meeting.opened_at)
        said.append(_("Opened at %(hour)s, %(name)s in the chair.", hour=hour, name=_chair(told)))
    said.append(
        _(
            "Members in office: %(seats)s. Quorum: %(quorum)s members present.",
            seats=len(told.seats),
            quorum=told.quorum,
        )
    )
    if meeting.quorum_missed:
        said.append(
            _("There was no quorum: what was not voted on is held over to a second meeting.")
        )
    return [" ".join(said)]


def _presence(told: Proceedings) -> Table:
    names = told.names
    given = {
        one.giver_id: _("proxy to %(name)s", name=names.get(one.holder_id, ""))
        + (
            _(", until %(hour)s", hour=wording.time_of_day(one.revoked_at))
            if one.revoked_at
            else ""
        )
        for one in told.proxies
    }
    rows = [
        [one.name, str(OFFICES[one.office]), _stays(told, one), given.get(one.id, "")]
        for one in told.seats
    ]
    head = [_("Member"), _("Office"), _("In the room"), _("Proxy")]
    return Table(_("Attendance and proxies"), head, rows)


def _stays(told: Proceedings, seat: CouncilSeat) -> str:
    stays = told.presences.get(seat.id, [])
    if not stays:
        return str(_("absent"))
    until = told.meeting.closed_at
    spans = []
    for one in stays:
        left = one.left_at or until
        ends = wording.time_of_day(left) if left else ""
        spans.append(f"{wording.time_of_day(one.arrived_at)} – {ends}")
    return ", ".join(spans)


def _item(told: Proceedings, sheet: ItemSheet) -> list[Block]:
    item = sheet.item
    made: list[Block] = [Heading(f"{item.position}. {item.object}", 2)]
    if item.rapporteur:
        made.append(_("Rapporteur: %(name)s", name=item.rapporteur.name))
    if item.withdrawn_at is not None:
        return [*made, _("Taken off the agenda during the session.")]
    if item.deliberation is None:
        return [*made, _("Not voted on: no quorum.")]
    made += [one.strip() for one in item.draft.splitlines() if one.strip()]
    if item.presided_by_id not in {None, told.meeting.chair_id}:
        name = told.names.get(item.presided_by_id, BLANK)
        made.append(
            _(
                "In place of %(chair)s, who left the room, %(name)s chairs this item.",
                chair=_chair(told),
                name=name,
            )
        )
    return [*made, *_vote(told, item.deliberation, told.voices.get(item.id, []))]


def _vote(told: Proceedings, act: Deliberation, voices: Sequence[Voice]) -> list[Block]:
    left = [one.seat.name for one in voices if one.left_room]
    in_room = sum(one.standing is Standing.PRESENT and not one.left_room for one in voices)
    made: list[Block] = []
    if left:
        names = wording.listed(left)
        made.append(
            _("Recused, out of the room and taking no part in the vote: %(names)s.", names=names)
        )
    if act.second_convocation:
        made.append(_("In the room: %(many)s. No quorum is required.", many=in_room))
    else:
        many = {"many": in_room, "quorum": told.quorum}
        made.append(_("In the room: %(many)s, for a quorum of %(quorum)s.", **many))
    figures = {
        "present": act.present,
        "represented": act.represented,
        "left": act.not_taking_part,
        "voters": act.vote.voters,
        "votes_for": act.votes_for,
        "votes_against": act.votes_against,
        "abstentions": act.abstentions,
    }
    made.append(
        _(
            "Present: %(present)s, represented: %(represented)s, taking no part: %(left)s, voters: "
            "%(voters)s. For: %(votes_for)s, against: %(votes_against)s, abstentions: "
            "%(abstentions)s.",
            **figures,
        )
    )
    if act.casting_vote:
        made.append(_("Tied: the chair has the casting vote."))
    if act.secret_ballot:
        made.append(_("By secret ballot."))
    made += _by_name(voices)
    adopted = _("Adopted under the number %(number)s.", number=act.number)
    rejected = _("Rejected (number %(number)s).", number=act.number)
    return [*made, adopted if act.adopted else rejected]


def _by_name(voices: Sequence[Voice]) -> list[Block]:
    """Who voted what, for a vote by name."""
    said = [one for one in voices if one.choice is not None]
    if not said:
        return []
    made: list[Block] = []
    for choice in Choice:
        names = [one.seat.name for one in said if one.choice is choice]
        if names:
            made.append(f"{CHOICES[choice]} ({len(names)}) : {wording.listed(names)}")
    return made


__all__ = ["KIND", "make"]
