"""Letters looked through and released, and appeals from filing to the answer that is read."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused
from build.people import acting_as
from build.signing import documented
from grants.agreements import services as agreements
from grants.agreements.models import AgreementAct, Side, SigningCode
from grants.agreements.signing import OneTimeCode
from grants.appeals import queries, services
from grants.appeals.models import Appeal, Effect
from grants.decisions.models import Decision
from grants.decisions.services import acknowledge
from grants.jobs.models import Job
from grants.kernel.access import FunderRole
from grants.kernel.clock import paris_instant
from grants.kernel.errors import Refused, Unknown
from grants.notices.models import LetterTemplate, Mail
from grants.notices.papers import Scan
from grants.notices.services import compose, sent
from grants.outbox.models import Message

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "Acte [acte] du [date] : [montant].\n\nMotif : [motif]\n\n[recours]"
DRAFTED = {
    "name": "Accord", "outcome": "award", "instrument": "", "partial": "", "call": "",
    "track": "", "body_fr": TEXT, "body_en": "",
}  # fmt: skip


@pytest.fixture
def scene(session):
    return a_scene(session)


@pytest.fixture
def officer(scene, as_person):
    return as_person(scene.people[FunderRole.OFFICER])


def test_letters_are_looked_through_then_leave_together(session, scene, officer, as_person):
    voted = a_deliberation(session, scene, an_award(scene), a_refusal(scene))
    template = {**DRAFTED, "funder": str(scene.funder.id)}
    made = officer.post("/instruction/modeles-de-courrier/nouveau", data=template)
    assert made.status_code == 303, made.text
    shown = officer.get(made.location).text
    assert "1 bénéficiaire" in shown or "Coopérative n° 1" in shown
    url = f"/instruction/deliberations/{voted.id}/courriers"
    page = officer.get(url).text
    for words in ("Projet 1", "Projet 2", "Accord", "Courrier habituel"):
        assert words in page
    one = officer.get(f"{url}/{scene.applications[0].id}").text
    assert f'rel="next" href="{url}/{scene.applications[1].id}"' in one
    mail = one[: one.index('class="letter"')]
    assert "décision" in mail
    assert "10\u202f000,00\u202f€" not in mail
    assert f"Acte {voted.number} du 28" in one
    assert "10\u202f000,00\u202f€" in one
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)[1]
    unread = officer.post(url, data={"seen": seen})
    assert (unread.status_code, voted.announced_at) == (422, None)
    word = f"{url}/{scene.applications[0].id}"
    assert officer.post(word, data={"added": "Avec nos vœux."}).status_code == 303
    changed = officer.post(url, data={"seen": seen, "looked": "y"})
    assert changed.status_code == 409
    assert "ont changé" in changed.text or "a changé" in changed.text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', officer.get(url).text)[1]
    assert officer.post(url, data={"seen": seen, "looked": "y"}).status_code == 303
    session.refresh(voted)
    assert voted.announced_at == NOW
    assert "Avec nos vœux." in officer.get(word).text
    stranger = as_person(scene.people[FunderRole.FINANCE])
    assert stranger.get(url).status_code == 404


@pytest.mark.parametrize("block", ["acte", "date", "recours", "montant"])
def test_a_text_without_a_mandatory_block_is_sent_back_beside_its_box(
    session, scene, officer, block
):
    lame = {**DRAFTED, "funder": str(scene.funder.id), "body_fr": TEXT.replace(f"[{block}]", "")}
    answer = officer.post("/instruction/modeles-de-courrier/nouveau", data=lame)
    assert answer.status_code == 422
    assert f"[{block}]" in answer.text.split('id="body_fr-error"')[1][:400]
    assert session.scalars(select(LetterTemplate)).all() == []


@pytest.fixture
def told(session, scene):
    """A refusal announced and read by its applicant."""
    voted = a_deliberation(session, scene, an_award(scene), a_refusal(scene, 1), announced=True)
    applicant = acting_as(session, scene.authors[1])
    acknowledge(session, scene.applications[1].id, voted.id, actor=applicant, now=NOW)
    return voted, scene.applications[1], applicant


def file(session, told, *, now=NOW, grounds="Le projet est dans le périmètre."):
    voted, application, applicant = told
    return services.file_appeal(
        session, application.id, voted.id, grounds=grounds, actor=applicant, now=now
    )


def test_an_appeal_is_filed_answered_and_the_answer_read(  # noqa: PLR0917
    session, scene, officer, as_person, told, clock
):
    voted, application, _ = told
    browser = as_person(scene.authors[1])
    mine = f"/dossiers/{application.id}/decision"
    assert "Contester cette décision" in browser.get(mine).text
    url = f"/dossiers/{application.id}/recours/{voted.id}"
    assert browser.get(url).status_code == 200
    empty = browser.post(url, data={})
    assert empty.status_code == 422
    sent = {"grounds": "Je conteste.", "documents": (io.BytesIO(PDF), "preuve.pdf")}
    assert browser.post(url, data=sent).status_code == 303
    appeal = session.scalars(select(Appeal)).one()
    assert (appeal.filed_at, appeal.silence_on) == (NOW, date(2018, 12, 1))
    page = officer.get("/instruction/recours").text
    assert "Projet 2" in page
    assert "1er\u00a0décembre\u00a02018" in page
    answered = officer.post(
        f"/instruction/recours/{appeal.id}",
        data={"verdict": "reject", "answer": "Le siège est hors du territoire."},
    )
    assert answered.status_code == 303, answered.text
    hidden = browser.get(mine).text
    assert "Une réponse a été faite" in hidden
    assert "hors du territoire" not in hidden
    assert "Rejeté" not in hidden
    clock.instant = paris_instant(date(2018, 10, 15), 10)
    browser = as_person(scene.authors[1])
    assert (
        browser.post(f"/dossiers/{application.id}/recours/{appeal.id}/lecture").status_code == 303
    )
    shown = browser.get(mine).text
    assert "hors du territoire" in shown
    assert "17\u00a0décembre\u00a02018" in shown  # 16 December is a Sunday


def test_the_last_day_is_in_time_and_the_next_is_not(session, scene, told):
    read_on = NOW.date()
    assert read_on == date(2018, 10, 1)
    last = paris_instant(date(2018, 12, 3), 23, 59)  # 2 December is a Sunday
    with pytest.raises(Refused, match=r"appeal.too_late") as refused:
        file(session, told, now=paris_instant(date(2018, 12, 4)))
    assert refused.value.facts["until_on"] == date(2018, 12, 3)
    assert file(session, told, now=last).until == date(2018, 12, 3)


def test_one_appeal_at_a_time_after_reading_by_whoever_signs(session, scene, told):
    voted, application, applicant = told
    with pytest.raises(Refused, match=r"appeal.grounds_missing"):
        file(session, told, grounds="  ")
    unread = acting_as(session, scene.authors[0])
    with pytest.raises(Refused, match=r"appeal.not_read"):
        services.file_appeal(
            session, scene.applications[0].id, voted.id, grounds="x", actor=unread, now=NOW
        )
    with pytest.raises(Unknown):
        services.file_appeal(session, application.id, voted.id, grounds="x", actor=unread, now=NOW)
    first = file(session, told)
    with pytest.raises(Refused, match=r"appeal.already_filed"):
        file(session, told)
    services.withdraw_appeal(session, first.id, actor=applicant, now=NOW)
    assert file(session, told).id != first.id


def test_an_answer_is_final_whoever_writes(session, scene, told):
    appeal = file(session, told)
    with pytest.raises(Unknown):
        services.answer_appeal(
            session, appeal.id, effect=None, answer="Non.",
            actor=recused(scene.officer, told[1]), now=NOW,
        )  # fmt: skip
    with pytest.raises(Refused, match=r"appeal.answer_missing"):
        services.answer_appeal(
            session, appeal.id, effect=None, answer=" ", actor=scene.officer, now=NOW
        )
    services.answer_appeal(
        session, appeal.id, effect=Effect.NEW_DELIBERATION, answer="Oui.", actor=scene.officer,
        now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"appeal.reject.from_accepted"):
        services.answer_appeal(
            session, appeal.id, effect=None, answer="Non.", actor=scene.officer, now=NOW
        )
    session.flush()
    for statement in (
        "UPDATE appeal SET answer = 'autre'",
        "UPDATE appeal SET grounds = 'autre'",
        "UPDATE appeal SET until = until + 1",
        "DELETE FROM appeal",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))


def test_silence_is_read_from_the_clock(session, told):
    appeal = file(session, told)
    assert not appeal.is_silence(date(2018, 11, 30))
    assert appeal.is_silence(date(2018, 12, 1))
    assert appeal.court_until == date(2019, 2, 4)  # 2 February is a Saturday
    found = session.execute(queries.appeals(viewer=told[2])).all()
    assert found == []


def test_mails_of_appeals_never_tell_the_answer(session, scene, told):
    appeal = file(session, told)
    services.answer_appeal(
        session, appeal.id, effect=None, answer="SECRET", actor=scene.officer, now=NOW
    )
    mails = mails_of(session, "appeal.filed", "appeal.to_answer", "appeal.answered")
    assert set(mails) == {"appeal_receipt", "appeal_office", "appeal_answer"}
    assert "1er\u00a0décembre\u00a02018" in mails["appeal_receipt"].text
    assert mails["appeal_office"].to_address == scene.people[FunderRole.OFFICER].email
    assert not any("SECRET" in one.text for one in mails.values())


def test_an_agreement_is_written_sent_and_signed_with_codes(session, scene, officer, as_person):
    award = an_award(scene, amount=2_400_000)
    voted = a_deliberation(session, scene, award, announced=True)
    reader = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=reader, now=NOW)
    one = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    assert "À écrire" in officer.get("/instruction/conventions").text
    url = f"/instruction/conventions/attributions/{one}"
    begun = officer.get(url).text
    assert "24\u202f000,00\u202f€" in begun
    assert "[montant]" not in begun
    made = officer.post(url, data={"text": "# Article 1\n\nLe montant."})
    assert made.status_code == 303
    act = session.scalars(select(AgreementAct)).one()
    acts = f"/instruction/conventions/actes/{act.id}"
    again = {"text": "# Article 1\n\nLe montant net."}
    assert officer.post(f"{acts}/texte", data=again).status_code == 303
    compared = officer.get(f"{made.location}/comparaison").text
    assert "<ins> net</ins>" in compared
    applicant = as_person(scene.author)
    mine = f"/dossiers/{scene.applications[0].id}/convention"
    assert "Le montant net." not in applicant.get(mine).text
    assert officer.post(f"{acts}/envoi").status_code == 303
    assert applicant.post(f"{mine}/{act.id}/code").status_code == 409
    documented(session, act.id)
    assert "Le montant net." in applicant.get(mine).text
    assert applicant.post(f"{mine}/{act.id}/code").status_code == 303
    said = {"name": "Zoé", "capacity": "présidente", "code": "000000"}
    wrong = applicant.post(f"{mine}/{act.id}/signature", data=said)
    asked = session.scalars(select(SigningCode).execution_options(populate_existing=True)).one()
    assert (wrong.status_code, asked.tries) == (409, 1)
    said["code"] = OneTimeCode("s" * 32).code(asked.id)
    assert applicant.post(f"{mine}/{act.id}/signature", data=said).status_code == 303
    shown = officer.get(made.location).text
    for words in ("Zoé", "présidente", "code à usage unique", "À contresigner"):
        assert words in shown


def test_a_pile_is_brought_as_a_file_of_pages(session, scene, officer):
    sent = {"funder": str(scene.funder.id), "pile": (io.BytesIO(PDF), "pile.pdf")}
    answer = officer.post("/instruction/scans", data=sent)
    assert answer.status_code == 303, answer.text
    scan = session.scalars(select(Scan)).one()
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("papers.read", {"scan": str(scan.id)})
    assert "pile.pdf" in officer.get("/instruction/scans").text
    none = officer.post("/instruction/scans", data={"funder": str(scene.funder.id)})
    assert none.status_code == 422
    odd = {"funder": str(scene.funder.id), "pile": (io.BytesIO(b"abc"), "pile.txt")}
    assert officer.post("/instruction/scans", data=odd).status_code == 409


def test_the_code_to_sign_goes_by_mail_and_is_kept_nowhere(session, scene):
    voted = a_deliberation(session, scene, an_award(scene), announced=True)
    actor = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, voted.id, actor=actor, now=NOW)
    one = session.scalars(select(Decision.id).where(Decision.deliberation_id == voted.id)).one()
    made = agreements.draft(session, one, text="Article 1.", actor=scene.officer, now=NOW)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    agreements.send(session, act_id, actor=scene.officer, now=NOW)
    documented(session, act_id)
    asked = agreements.ask_code(session, act_id, Side.BENEFICIARY, actor=actor, now=NOW)
    written = mails_of(session, "agreement.sent", "agreement.code_asked")
    code = OneTimeCode("s" * 32).code(asked.id)
    assert made.number in written["agreement"].subject
    assert "10\u202f000" not in written["agreement"].text
    assert code in written["agreement_code"].text
    assert written["agreement_code"].to_address == scene.author.email
    sent(written["agreement_code"], now=NOW)
    assert written["agreement_code"].text == ""
    payloads = session.scalars(select(Message.payload)).all()
    assert not any(code in str(one) for one in payloads)


def mails_of(session, *kinds: str) -> dict[str, Mail]:
    from config import ROOT
    from grants.notices.giving import Site
    from workers.rendering import Pages

    site = Site(base_url="http://localhost", secret_key="s" * 32)
    for message_id in session.scalars(select(Message.id).where(Message.kind.in_(kinds))):
        compose(session, message_id, renderer=Pages(ROOT), site=site, now=NOW)
    return {one.kind: one for one in session.scalars(select(Mail))}
