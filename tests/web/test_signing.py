"""Signing an agreement on its page: the document, a drawn mark, the proof that anyone checks."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import a_deliberation, a_scene, an_award
from build.people import acting_as
from build.signing import signed_by
from config import ROOT
from grants.agreements import queries, services
from grants.agreements.models import AgreementProof, AgreementSignature, Side, SigningCode
from grants.agreements.signing import OneTimeCode, is_whole
from grants.decisions.models import Decision
from grants.decisions.services import acknowledge
from grants.notices.giving import Site
from grants.notices.pdf import typeset
from grants.notices.services.agreements import write_document, write_proof
from workers.rendering import Pages

CODES = OneTimeCode("s" * 32)
DRAWN = "M10 100" + "".join(f"L{20 + 40 * at} {100 + (-1) ** at * 60}" for at in range(14))
PAGES = Pages(ROOT)
SITE = Site(base_url="http://localhost", secret_key="s" * 32)


@pytest.fixture
def sent(session, file_store):
    """An agreement that was sent, its PDF made as a worker makes it."""
    scene = a_scene(session)
    voted = a_deliberation(session, scene, an_award(scene, amount=2_400_000), announced=True)
    applicant = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=applicant, now=NOW)
    one = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    words = "# Article 1 – Objet\n\nLe soutien."
    made = services.draft(session, one, text=words, actor=scene.officer, now=NOW)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    services.send(session, act_id, actor=scene.officer, now=NOW)
    given = {"renderer": PAGES, "typeset": typeset, "store": file_store, "now": NOW}
    (version,) = queries.unwritten(session)
    first = write_document(session, version, **given)
    assert write_document(session, version, **given).id == first.id
    assert queries.unwritten(session) == []
    session.expire_all()
    return scene, act_id, applicant, given


def test_what_is_drawn_is_kept_as_our_own_picture_beside_the_name(session, sent, as_person):
    scene, act_id, _, _ = sent
    mine = f"/dossiers/{scene.applications[0].id}/convention"
    browser = as_person(scene.author)
    page = browser.get(mine).text
    assert "data-drawing" in page
    with browser.get(f"{mine}/{act_id}/document") as document:
        digest = hashlib.sha256(document.data).hexdigest()
    assert digest in page
    assert browser.get(f"{mine}/{act_id}/preuve").status_code == 404
    assert browser.post(f"{mine}/{act_id}/code").status_code == 303
    asked = session.scalars(select(SigningCode)).one()
    said = {"name": "Zoé Brun", "capacity": "présidente", "code": CODES.code(asked.id)}
    odd = browser.post(f"{mine}/{act_id}/signature", data={**said, "drawing": "M1 1<script>"})
    assert (odd.status_code, "Zoé Brun" in odd.text) == (422, True)
    agent = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148"}
    signing = {**said, "drawing": DRAWN}
    answer = browser.post(f"{mine}/{act_id}/signature", data=signing, headers=agent)
    assert answer.status_code == 303
    kept = session.scalars(select(AgreementSignature)).one()
    assert (kept.provider, kept.evidence["device"]) == ("local", "phone")
    assert is_whole(kept.evidence["trail"])
    assert digest in str(kept.evidence["trail"])
    assert scene.author.email not in str(kept.evidence)
    assert kept.drawing_id is not None


def test_the_proof_says_who_signed_which_bytes_and_anyone_checks_it(
    session, sent, client, file_store
):
    scene, act_id, applicant, given = sent
    signed_by(session, act_id, Side.BENEFICIARY, applicant, CODES)
    assert list(queries.unproved(session)) == []
    signed_by(session, act_id, Side.AUTHORITY, scene.officer, CODES)
    assert list(queries.unproved(session)) == [act_id]
    proof = write_proof(session, act_id, site=SITE, **given)
    assert list(queries.unproved(session)) == []
    assert write_proof(session, act_id, site=SITE, **given).id == proof.id
    stored = queries.proof_of(session, act_id, viewer=scene.officer)
    with file_store.open(stored.sha256) as stream:
        content = stream.read()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
    page = client.get(f"/recepisse/{proof.code}")
    assert page.status_code == 200
    found = queries.proven(session, proof.code)
    assert found.document_sha256 in page.text
    assert "Zoé" not in page.text
    for asked, told in (
        (found.document_sha256.upper(), "Votre document est celui qui a été signé"),
        (found.proof_sha256, "Votre document est la preuve de signature"),
        ("0" * 64, "n’est ni celui"),
        ("abc", "64"),
    ):
        assert told in client.get(f"/recepisse/{proof.code}?empreinte={asked}").text
    file_store._path(found.document_sha256).write_bytes(b"autre")
    assert "ne sont plus" in client.get(f"/recepisse/{proof.code}").text


def test_postgresql_refuses_a_signature_under_no_document(session, sent):
    _scene, act_id, applicant, _ = sent
    signed_by(session, act_id, Side.BENEFICIARY, applicant, CODES)
    copy = (
        "INSERT INTO agreement_signature (id, act_id, version_id, side, method, name, capacity,"
        " person_id, sha256, signed_at, document_id) SELECT gen_random_uuid(), act_id, version_id,"
        " 'beneficiary', 'code', name, capacity, person_id, sha256, signed_at, NULL"
        " FROM agreement_signature"
    )
    with pytest.raises(DBAPIError, match="names no document"), session.begin_nested():
        session.execute(text(copy))
    for statement in (
        "UPDATE agreement_document SET made_at = now()",
        "DELETE FROM agreement_document",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
    assert session.scalars(select(AgreementProof)).all() == []
