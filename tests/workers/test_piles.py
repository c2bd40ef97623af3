"""Letters printed with a code on each page, signed, scanned askew, and found again."""

from __future__ import annotations

import io
import random

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused
from build.people import a_funder, a_funder_member, acting_as
from config import ROOT
from grants.agreements import services as agreements
from grants.decisions.models import Decision
from grants.decisions.services import acknowledge, announce_results
from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.jobs import services as jobs
from grants.jobs.models import Job, JobState
from grants.kernel.errors import Refused, Unknown
from grants.notices import piles as reading
from grants.notices.papers import Paper, Scan, ScanPage
from grants.notices.services import word_letter, write_letter
from grants.notices.services.scanning import bring_scan, place_page
from grants.outbox.models import Message
from workers import paper as codes
from workers.exports import asked, piles
from workers.rendering import Pages

PAGES = Pages(ROOT)


@pytest.fixture
def wired(monkeypatch, database, file_store, clock):
    """The jobs on the test's database."""
    for module in (asked, piles):
        monkeypatch.setattr(module, "database", lambda: database)
        monkeypatch.setattr(module, "store", lambda: file_store)
        monkeypatch.setattr(module, "now", clock.now)
    monkeypatch.setattr(piles, "pages", lambda: PAGES)


@pytest.fixture
def printed(session, file_store, wired):
    """Two letters, one of them of two pages, and an agreement, as the PDF to print."""
    scene = a_scene(session)
    voted = a_deliberation(session, scene, an_award(scene), a_refusal(scene, 1))
    word_letter(
        session, voted.id, scene.applications[0].id, added="Détail.\n" * 24,
        actor=scene.officer, now=NOW,
    )  # fmt: skip
    told(session, scene, voted, file_store)
    of_award = select(Decision.id).where(Decision.amount.is_not(None))
    one = session.scalars(of_award.where(Decision.deliberation_id == voted.id)).one()
    made = agreements.draft(session, one, text="Article 1.", actor=scene.officer, now=NOW)
    session.refresh(made, ["acts"])
    applicant = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=applicant, now=NOW)
    agreements.send(session, made.acts[0].id, actor=scene.officer, now=NOW)
    return scene, voted, done(session, scene, voted, file_store)


def told(session, scene, voted, store) -> None:
    announce_results(session, voted.id, actor=scene.officer, now=NOW)
    owed = select(Message.id).where(Message.kind == "decision.announced")
    for message_id in session.scalars(owed).all():
        write_letter(
            session, message_id, renderer=PAGES, typeset=lambda _html: b"%PDF-1.4\n%%EOF\n",
            store=store, now=NOW,
        )  # fmt: skip


def done(session, scene, voted, store) -> bytes:
    payload = {"deliberation": str(voted.id), "name": "courriers"}
    job_id = jobs.start(
        session, piles.PRINT, payload=payload, total=3, actor=scene.officer, now=NOW
    )
    session.flush()
    piles.make(job_id)
    session.expire_all()
    job = session.get_one(Job, job_id)
    assert (job.state, job.done) == (JobState.DONE, 3)
    return bytes_of(session, job.result_file_id, store)


def bytes_of(session, file_id, store) -> bytes:
    with store.open(session.get_one(StoredFile, file_id).sha256) as stream:
        return stream.read()


def scanned(pdf: bytes, *, hide: tuple[int, ...] = ()) -> bytes:
    """What a real scanner makes of the pile: turned, askew, noisy, out of order, as pictures."""
    chance = random.Random(5)
    turned = (0, 180, 90, 0)
    sheets = []
    with pypdfium2.PdfDocument(pdf) as document:
        for at, page in enumerate(document):
            picture = page.render(scale=200 / 72, grayscale=True).to_pil().convert("L")
            if at in hide:
                picture.paste(255, (0, picture.height * 3 // 4, picture.width, picture.height))
            skewed = picture.rotate(
                turned[at % 4] + chance.uniform(-4, 4), expand=True, fillcolor=235
            )
            dust = Image.effect_noise(skewed.size, 100)
            black, white = (
                dust.point([255 if keep(v) else 0 for v in range(256)])
                for keep in (lambda v: v > 28, lambda v: v > 228)
            )
            specked = ImageChops.lighter(ImageChops.darker(skewed, black), white)
            grain = Image.effect_noise(skewed.size, 60)
            dirty = Image.blend(specked, grain, 0.1)
            sheets.append(dirty.convert("RGB"))
    sheets.reverse()
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=200, quality=60)
    return out.getvalue()


def brought(session, scene, store, pdf: bytes) -> Scan:
    stored = deposit(session, store, io.BytesIO(pdf), name="pile.pdf", actor=scene.officer)
    job_id = bring_scan(session, scene.funder.id, stored, actor=scene.officer, now=NOW)
    session.flush()
    piles.read(job_id)
    session.expire_all()
    assert session.get_one(Job, job_id).state == JobState.DONE
    return session.scalars(select(Scan).order_by(Scan.id.desc())).first()


def test_a_real_scan_finds_its_applications_again(session, file_store, printed):
    scene, voted, pdf = printed
    with pikepdf.open(io.BytesIO(pdf)) as made, made.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        many = len(made.pages)
    assert many == 4
    again = done(session, scene, voted, file_store)
    assert len(pypdfium2.PdfDocument(again)) == many
    papers = session.scalars(select(Paper)).all()
    assert len(papers) == 3  # printed twice, numbered once
    scan = brought(session, scene, file_store, scanned(pdf))
    found = reading.scan(session, scan.id, viewer=scene.officer)
    assert [one.paper_id is not None for one in found.pages] == [True] * many
    session.expire_all()
    copies = []
    for one in session.scalars(select(Paper)).all():
        assert reading.paper(session, one.id, viewer=scene.officer) is one
        copy = bytes_of(session, one.signed_file_id, file_store)
        copies.append(codes_of(copy))
    # The pile lay upside down: each paper is in its own order all the same.
    assert sorted(copies) == [["-1-1"], ["-1-1"], ["-1-2", "-2-2"]]
    found = reading.scan(session, scan.id, viewer=scene.officer)
    hidden = recused(scene.officer, scene.applications[1])
    assert len(reading.papers_of(session, found, viewer=scene.officer)) == 3
    assert len(reading.papers_of(session, found, viewer=hidden)) == 2
    assert reading.is_whole(session, found, viewer=scene.officer)
    assert not reading.is_whole(session, found, viewer=hidden)
    left = {one.id for one in reading.papers_of(session, found, viewer=hidden)}
    session.expire_all()
    found = reading.scan(session, scan.id, viewer=hidden)
    assert {one.paper_id for one in found.pages} == left


def test_what_cannot_be_read_is_placed_by_hand(session, file_store, printed):
    scene, _, pdf = printed
    scan = brought(session, scene, file_store, scanned(pdf, hide=(2,)))
    found = reading.scan(session, scan.id, viewer=scene.officer)
    lost = [one for one in found.pages if one.paper_id is None]
    assert [one.position for one in lost] == [2]
    with pytest.raises(Refused, match=r"scan.number_unknown"):
        place_page(session, lost[0].id, number="XXX", actor=scene.officer, now=NOW)
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    with pytest.raises(Unknown):
        place_page(session, lost[0].id, number="XXX", actor=stranger, now=NOW)
    letter = session.scalars(
        select(Paper).where(Paper.letter_id.is_not(None), Paper.signed_file_id.is_(None))
    ).one()
    session.refresh(letter, ["letter"])
    job_id = place_page(
        session, lost[0].id, number=letter.letter.number.lower(), actor=scene.officer, now=NOW
    )
    session.flush()
    piles.read(job_id)
    session.expire_all()
    assert session.get_one(Paper, letter.id).signed_file_id is not None
    assert session.get_one(ScanPage, lost[0].id).placed_by == scene.officer.id


def codes_of(pdf: bytes) -> list[str]:
    return [codes.reference_in(one)[20:] for one in codes.pictures(pdf, "application/pdf")]


def leaves_of(pdf: bytes, keep: tuple[int, ...]) -> bytes:
    """Some of the pages, from 0, as they are asked for."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.new() as part:
        for at in keep:
            part.pages.append(whole.pages[at])
        part.save(out)
    return out.getvalue()


def test_a_page_that_lacks_is_told_and_joins_its_paper_and_one_that_came_twice_is_kept_once(
    session, file_store, printed
):
    scene, _, pdf = printed
    two = codes_of(pdf).index("-2-2")  # the second page of the letter of two pages
    brought(session, scene, file_store, leaves_of(pdf, (two, two)))
    (paper_id,) = set(session.scalars(select(ScanPage.paper_id)))
    (first,) = session.scalars(reading.scans(viewer=scene.officer))
    came = reading.returned(session, first)
    assert (reading.lacking(came[paper_id]), reading.doubled(came[paper_id])) == ([1], [2])
    copy = bytes_of(session, session.get_one(Paper, paper_id).signed_file_id, file_store)
    assert codes_of(copy) == ["-2-2"]
    again = brought(session, scene, file_store, leaves_of(pdf, (two - 1,)))
    came = reading.returned(session, reading.scan(session, again.id, viewer=scene.officer))
    assert reading.lacking(came[paper_id]) == []
    copy = bytes_of(session, session.get_one(Paper, paper_id).signed_file_id, file_store)
    assert codes_of(copy) == ["-1-2", "-2-2"]


def test_another_authority_s_papers_are_not_found(session, file_store, printed):
    scene, _, pdf = printed
    other = a_funder(session)
    theirs = acting_as(session, a_funder_member(session, other))
    scene.funder, scene.actors = other, {"officer": theirs}
    assert scene.officer is theirs
    scan = brought(session, scene, file_store, pdf)
    assert {one.paper_id for one in reading.scan(session, scan.id, viewer=theirs).pages} == {None}
