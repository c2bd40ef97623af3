"""Every page of juries, hearings, meetings and public votes, as full as on a busy day."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from build.gallery.beside import counting, large, noted, shown_to_all, stepped_back
from build.gallery.helping import asked_to_read, by_track, helped
from build.gallery.live import heard, met, voted_on
from build.gallery.names import Look
from build.gallery.scoring import at_work, before_the_work, blind, closed, discussed, told
from build.gallery.voting import elected, revised

JURIES = (at_work, before_the_work, discussed, closed, told, blind, by_track)
BESIDE = (noted, large, shown_to_all, counting, stepped_back)
SCENES = (*JURIES, helped, asked_to_read, heard, met, voted_on, elected, revised, *BESIDE)


def gallery(session: Session, *, many: int = 40) -> Iterator[Look]:
    """Build every scene, and name its pages."""
    for scene in SCENES:
        yield from scene(session, many)


__all__ = ["SCENES", "Look", "gallery"]
