"""A juror's files as a booklet to read and write in, away from the network."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls.models import Jury, StageKind
from grants.juries import queries
from grants.juries.hearings.models import HearingFeedback
from grants.juries.hearings.queries import asked_of
from grants.juries.queries import Sheet
from grants.kernel.errors import Refused, Unknown
from grants.notices.pdf import typeset
from grants.web.answers import ReadSection
from grants.web.juror.reading import read_file
from workers.app import database, now, settings
from workers.exports.asked import Work, deliver, work
from workers.rendering import Pages

KIND = "juries.booklet"
FILES_A_PART = 15
"""So many files are typeset at once: a sign of life comes between two parts."""
PDF, ZIP = "application/pdf", "application/zip"


@dataclass(frozen=True)
class Leaf:
    """One file of the booklet."""

    sheet: Sheet
    sections: Sequence[ReadSection]
    asked: HearingFeedback | None = None


def make(job_id: UUID) -> None:
    """Typeset the booklet of the files that a juror may read now, and end its job.

    One PDF; an archive of several where there are more than fifteen files. What was withdrawn,
    or what the juror is recused from since it was asked for, is not in it.
    """
    with work(job_id, for_jury=True) as asked:
        if asked is None:
            return
        parts = _parts(asked)
        name = str(asked.payload.get("name", "carnet"))
        if len(parts) == 1:
            asked.path.write_bytes(parts[0])
            deliver(asked, name=f"{name}.pdf", media_type=PDF)
            return
        with zipfile.ZipFile(asked.path, "w") as bundle:
            for at, part in enumerate(parts, start=1):
                bundle.writestr(f"{name}-{at}.pdf", part)
        deliver(asked, name=f"{name}.zip", media_type=ZIP)


def _parts(asked: Work) -> list[bytes]:
    pages, jury_id = Pages(settings().root), UUID(asked.payload["jury"])
    wanted = [UUID(one) for one in asked.payload["applications"]]
    parts: list[bytes] = []
    starts = range(0, max(len(wanted), 1), FILES_A_PART)
    for at, start in enumerate(starts, start=1):
        with database().reading() as session, pages.speaking(asked.actor.locale):
            seat = queries.own_seat(session, jury_id, asked.actor)
            leaves = [
                leaf
                for one in wanted[start : start + FILES_A_PART]
                if (leaf := _leaf(session, jury_id, one, asked)) is not None
            ]
            html = _page(pages, seat.jury, leaves, asked, part=(at, len(starts)))
        parts.append(typeset(html))
        asked.tell(min(at * FILES_A_PART, len(wanted)))
    return parts


def _leaf(session: Session, jury_id: UUID, application_id: UUID, asked: Work) -> Leaf | None:
    try:
        sheet = queries.sheet(session, jury_id, application_id, asked.actor, now=now())
    except (Unknown, Refused):
        return None
    replies: dict[UUID, HearingFeedback] = {}
    if sheet.jury.stage.kind is StageKind.HEARING:
        replies = asked_of(session, jury_id, (application_id,), released=True)
    return Leaf(sheet, read_file(sheet), replies.get(application_id))


def _page(
    pages: Pages, jury: Jury, leaves: list[Leaf], asked: Work, *, part: tuple[int, int]
) -> str:
    facts = {"jury": jury, "call": jury.call, "leaves": leaves, "part": part, "made_at": now()}
    return pages.letter("booklet", asked.actor.locale, facts)
