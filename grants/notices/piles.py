"""Scanned piles and printed papers, read: only what the viewer may know of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from grants.agreements.models import Agreement, AgreementAct
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import Actor, for_funder
from grants.kernel.errors import Unknown
from grants.notices.models import Letter
from grants.notices.papers import Paper, Scan, ScanPage

reads_piles = for_funder("reads the funder's scanned piles", Scan.funder_id, *READERS)
brings_piles = for_funder("brings piles for the funder", Scan.funder_id, *RECORDERS)


def scans(*, viewer: Actor) -> Select[Scan]:
    """The piles of the viewer's funders, the latest first, with the pages that they may know of."""
    return (
        select(Scan)
        .where(reads_piles.where(viewer))
        .options(joinedload(Scan.stored_file), selectinload(Scan.pages.and_(_knows_page(viewer))))
        .order_by(Scan.brought_at.desc(), Scan.id)
    )


def scan(session: Session, scan_id: UUID, *, viewer: Actor) -> Scan:
    """One pile with its pages, those about what one is recused from aside.

    Raises:
        Unknown: there is none that the viewer may read.
    """
    found = session.scalar(scans(viewer=viewer).where(Scan.id == scan_id))
    if found is None:
        raise Unknown
    return found


def is_whole(session: Session, found: Scan, *, viewer: Actor) -> bool:
    """Whether the viewer may see every page of a pile: what nobody placed may be about anything."""
    if not viewer.recused_from:
        return True
    other = select(ScanPage.id).where(
        ScanPage.scan_id == found.id,
        ScanPage.paper_id.is_(None) | ~_knows_page(viewer),
    )
    return session.scalar(other.limit(1)) is None


def papers_of(session: Session, found: Scan, *, viewer: Actor) -> Sequence[Paper]:
    """The papers whose pages are in a pile, in its order; what one is recused from aside."""
    ids = list(dict.fromkeys(one.paper_id for one in found.pages if one.paper_id))
    papers = session.scalars(_papers(viewer).where(Paper.id.in_(ids)))
    return sorted(papers, key=lambda one: ids.index(one.id))


def paper(session: Session, paper_id: UUID, *, viewer: Actor) -> Paper:
    """One paper with the copy that came back.

    Raises:
        Unknown: there is none that the viewer may read, or nothing came back.
    """
    theirs = Paper.funder_id.in_(sorted(viewer.funders_as(*READERS)))
    found = session.scalar(
        _papers(viewer).where(Paper.id == paper_id, theirs, Paper.signed_file_id.is_not(None))
    )
    if found is None:
        raise Unknown
    return found


def paper_of_act(session: Session, act_id: UUID, *, viewer: Actor) -> Paper | None:
    """The paper on which an act of an agreement was printed."""
    return session.scalar(_papers(viewer).where(Paper.act_id == act_id))


def paper_numbered(
    session: Session, funder_id: UUID, number: str, *, viewer: Actor
) -> Paper | None:
    """The printed letter or agreement of that number."""
    typed = number.strip().lower()
    return session.scalar(
        _papers(viewer)
        .outerjoin(Letter, Letter.id == Paper.letter_id)
        .outerjoin(AgreementAct, AgreementAct.id == Paper.act_id)
        .outerjoin(Agreement, Agreement.id == AgreementAct.agreement_id)
        .where(
            Paper.funder_id == funder_id,
            (func.lower(Letter.number) == typed) | (func.lower(Agreement.number) == typed),
        )
        .order_by(Paper.printed_at.desc(), Paper.id.desc())
        .limit(1)
    )


def page_to_place(session: Session, page_id: UUID, *, viewer: Actor) -> tuple[ScanPage, Scan]:
    """A page without a paper, locked, and its pile, for whoever brings piles.

    Raises:
        Unknown: there is none.
    """
    row = session.execute(
        select(ScanPage, Scan)
        .join(Scan, Scan.id == ScanPage.scan_id)
        .where(ScanPage.id == page_id, ScanPage.paper_id.is_(None), brings_piles.where(viewer))
        .with_for_update(of=ScanPage)
    ).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def returned(session: Session, scan: Scan) -> dict[UUID, list[ScanPage]]:
    """The pages of each paper that is in a pile, whichever pile brought them, the first first."""
    ids = {one.paper_id for one in scan.pages if one.paper_id}
    rows = session.scalars(
        select(ScanPage)
        .join(Scan, Scan.id == ScanPage.scan_id)
        .where(ScanPage.paper_id.in_(sorted(ids)))
        .order_by(Scan.brought_at, Scan.id, ScanPage.position)
    )
    found: dict[UUID, list[ScanPage]] = {}
    for one in rows:
        if one.paper_id is not None:
            found.setdefault(one.paper_id, []).append(one)
    return found


def in_order(pages: Sequence[ScanPage]) -> list[ScanPage]:
    """The pages of one paper as they were printed; `pages` as they were brought.

    Of a page that came twice, the one brought last. Those whose code nobody could read take the
    places that are missing, then the end.
    """
    by_leaf = {one.leaf: one for one in pages if one.leaf is not None}
    bare = [one for one in pages if one.leaf is None]
    for leaf in missing(pages):
        if bare:
            by_leaf[leaf] = bare.pop(0)
    return [by_leaf[leaf] for leaf in sorted(by_leaf)] + bare


def missing(pages: Sequence[ScanPage]) -> list[int]:
    """The pages of one paper whose codes were not read; none where no code counts them."""
    leaves = max((one.leaves or 0 for one in pages), default=0)
    known = {one.leaf for one in pages}
    return [leaf for leaf in range(1, leaves + 1) if leaf not in known]


def lacking(pages: Sequence[ScanPage]) -> list[int]:
    """The pages of one paper that no pile brought, once those placed by hand took their places."""
    return missing(pages)[sum(one.leaf is None for one in pages) :]


def doubled(pages: Sequence[ScanPage]) -> list[int]:
    """The pages of one paper that came more than once."""
    counts = Counter(one.leaf for one in pages if one.leaf is not None)
    return sorted(leaf for leaf, many in counts.items() if many > 1)


def _knows_page(viewer: Actor) -> ColumnElement[bool]:
    hidden = sorted(viewer.recused_from)
    theirs = exists().where(Paper.id == ScanPage.paper_id, Paper.application_id.in_(hidden))
    return ~theirs if hidden else true()


def _papers(viewer: Actor) -> Select[Paper]:
    hidden = viewer.recused_from
    return (
        select(Paper)
        .where(Paper.application_id.not_in(sorted(hidden)) if hidden else true())
        .options(
            joinedload(Paper.letter),
            joinedload(Paper.act).joinedload(AgreementAct.agreement),
            joinedload(Paper.signed_file),
        )
    )
