"""The decision table, the deliberation and what the applicant reads of it."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award, recused, standing
from build.people import a_funder, a_funder_member, a_person
from grants.applications.models import Application, ApplicationState
from grants.decisions import queries
from grants.decisions.models import Acknowledgement, Decision, Deliberation, Proposal
from grants.files.services import deposit
from grants.juries.models import Recusal, RecusalOrigin
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.money import Amount
from grants.notices.models import Letter
from grants.scenarios.services import waiting

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
VOTE = {
    "number": "DEL20161014_005",
    "object": "Adoption du plan",
    "body": "council",
    "held_on": "28/09/2018",
    "seats": "89",
    "present": "73",
    "represented": "13",
    "not_taking_part": "0",
    "votes_for": "86",
    "votes_against": "0",
    "abstentions": "0",
    "casting_vote": "",
}


def table_url(scene) -> str:
    return f"/instruction/appels/{scene.call.id}/decision/{scene.funder.id}"


def vote_url(scene) -> str:
    return f"/instruction/deliberations/appels/{scene.call.id}/{scene.funder.id}"


def lines(scene, *rows: dict[str, str]) -> dict[str, str]:
    """The decision table as a browser sends it."""
    filled = {}
    for at, (application, row) in enumerate(zip(scene.applications, rows, strict=False)):
        usual = {
            "application_id": str(application.id),
            "outcome": "award",
            "instrument": "grant",
            "amount": "",
            "envelope": str(scene.envelope_id),
            "label": "",
            "reason": "",
        }
        filled |= {f"lines-{at}-{name}": value for name, value in (usual | row).items()}
    return filled


@pytest.fixture
def scene(session):
    return a_scene(session, applications=3)


@pytest.fixture
def officer(scene, as_person):
    return as_person(scene.people[FunderRole.OFFICER])


def proposals(session) -> list[Proposal]:
    return list(session.scalars(select(Proposal).order_by(Proposal.outcome, Proposal.id)))


def test_from_the_table_to_the_deliberation_to_the_applicant(session, scene, officer, as_person):
    page = officer.get(table_url(scene))
    assert page.status_code == 200, page.text
    assert "Projet 1" in page.text
    saved = officer.post(
        table_url(scene),
        data=lines(
            scene,
            {"amount": "12 345,60 €"},
            {"outcome": "refusal", "reason": "Hors périmètre"},
            {"outcome": ""},
        ),
    )
    assert saved.status_code == 303, saved.text
    assert [(one.outcome, one.amount) for one in proposals(session)] == [
        ("award", 1_234_560),
        ("refusal", None),
    ]
    page = officer.get(vote_url(scene))
    assert page.status_code == 200
    chosen = [str(one.id) for one in proposals(session)]
    done = officer.post(vote_url(scene), data={**VOTE, "proposal": chosen})
    assert done.status_code == 303, done.text
    again = officer.post(vote_url(scene), data={**VOTE, "proposal": chosen})
    assert again.location == done.location
    assert session.scalar(select(func.count()).select_from(Deliberation)) == 1
    shown = officer.get(done.location).text
    for words in ("DEL20161014_005", "Adoption du plan", "86", "12\u202f345,60\u202f€"):
        assert words in shown
    applicant = as_person(scene.author)
    decision_url = f"/dossiers/{scene.applications[0].id}/decision"
    assert "12\u202f345" not in applicant.get(decision_url).text
    deliberation_id = session.scalars(select(Deliberation.id)).one()
    told = officer.post(f"/instruction/deliberations/{deliberation_id}/annonce")
    assert told.status_code == 303
    hidden = applicant.get(decision_url)
    assert hidden.status_code == 200
    assert "12\u202f345" not in hidden.text
    assert applicant.post(f"{decision_url}/{deliberation_id}").status_code == 303
    assert "12\u202f345,60\u202f€" in applicant.get(decision_url).text
    read = session.scalars(select(Acknowledgement)).one()
    assert (read.read_at, read.person_id) == (NOW, scene.author.id)


def test_one_envelope_that_lacks_money_refuses_the_whole_and_keeps_what_was_typed(
    session, scene, officer
):
    rows = [{"amount": "40000", "reason": "Beau projet"}, {"amount": "40000"}]
    officer.post(table_url(scene), data=lines(scene, *rows))
    chosen = [str(one.id) for one in proposals(session)]
    refused = officer.post(vote_url(scene), data={**VOTE, "proposal": chosen})
    assert refused.status_code == 409
    for words in ('role="alert"', 'value="DEL20161014_005"', 'value="73"', "20\u202f000,00\u202f€"):
        assert words in refused.text
    assert refused.text.count(" checked") >= 2
    assert session.scalar(select(func.count()).select_from(Deliberation)) == 0
    assert standing(session, scene.envelope_id) == {"available": 6_000_000}
    states = select(Application.state).where(Application.call_id == scene.call.id)
    assert set(session.scalars(states)) == {ApplicationState.IN_REVIEW}
    assert len(proposals(session)) == 2


def test_the_strip_says_in_words_when_an_envelope_is_exceeded(session, scene, officer):
    officer.post(table_url(scene), data=lines(scene, {"amount": "40000"}, {"amount": "40000"}))
    page = officer.get(table_url(scene)).text
    assert "strip__line--over" in page
    assert "20\u202f000,00\u202f€" in page


@pytest.mark.parametrize(
    ("row", "status", "box"),
    [
        ({"amount": "beaucoup"}, 422, "lines-0-amount"),
        ({"amount": "12,345"}, 422, "lines-0-amount"),
        ({"amount": ""}, 409, "lines-0-amount"),
        ({"amount": "0"}, 409, "lines-0-amount"),
        ({"outcome": "refusal"}, 409, "lines-0-reason"),
        ({"outcome": "gift"}, 422, "lines-0-outcome"),
        ({"amount": "5", "envelope": str(uuid4())}, 422, "lines-0-envelope"),
        ({"amount": "5", "instrument": "floor_area"}, 409, "lines-0-instrument"),
    ],
)
def test_a_wrong_line_is_said_beside_its_box(session, officer, scene, row, status, box):  # noqa: PLR0917
    answer = officer.post(table_url(scene), data=lines(scene, row))
    assert answer.status_code == status, answer.text
    assert f'href="#{box}"' in answer.text
    assert f'id="{box}-error"' in answer.text
    assert proposals(session) == []
    if row.get("amount"):
        assert f'value="{row["amount"]}"' in answer.text


@pytest.mark.parametrize(
    ("changes", "status", "box"),
    [
        ({"number": ""}, 422, "number"),
        ({"held_on": "2018-13-45"}, 422, "held_on"),
        ({"seats": ""}, 422, "seats"),
        ({"present": "-1"}, 422, "present"),
        ({"votes_for": "beaucoup"}, 422, "votes_for"),
        ({"votes_for": "85"}, 409, "votes_for"),
        ({"represented": "14", "votes_for": "87", "seats": "86"}, 409, "present"),
        ({"present": "40"}, 409, "present"),
        ({"votes_for": "43", "votes_against": "43"}, 409, "casting_vote"),
        ({"held_on": "02/10/2018"}, 409, "held_on"),
        ({"convened_on": "29/09/2018"}, 409, "convened_on"),
    ],
)
def test_wrong_minutes_are_said_beside_their_box(session, officer, scene, changes, status, box):  # noqa: PLR0917
    officer.post(table_url(scene), data=lines(scene, {"amount": "100"}))
    chosen = [str(one.id) for one in proposals(session)]
    answer = officer.post(vote_url(scene), data={**VOTE, **changes, "proposal": chosen})
    assert answer.status_code == status, answer.text
    assert f'href="#{box}' in answer.text
    assert session.scalar(select(func.count()).select_from(Deliberation)) == 0


def test_nothing_ticked_is_nothing_to_vote_on(session, scene, officer):
    officer.post(table_url(scene), data=lines(scene, {"amount": "100"}))
    answer = officer.post(vote_url(scene), data=VOTE)
    assert answer.status_code == 409
    assert session.scalar(select(func.count()).select_from(Deliberation)) == 0


def test_foreign_officers_and_other_roles_find_no_table(session, scene, as_person):
    stranger = as_person(a_funder_member(session, a_funder(session)))
    for person in (stranger, as_person(a_person(session))):
        for url in (table_url(scene), vote_url(scene), f"/instruction/deliberations/{uuid4()}"):
            assert person.get(url).status_code == 404
        assert person.post(table_url(scene), data=lines(scene, {})).status_code == 404
        assert person.post(vote_url(scene), data=VOTE).status_code == 404
    deliberation = a_deliberation(session, scene)
    own = f"/instruction/deliberations/{deliberation.id}"
    assert stranger.get(own).status_code == 404
    assert stranger.post(f"{own}/annonce").status_code == 404
    assert (
        stranger.post(f"{own}/executoire", data={"published_on": "28/09/2018"}).status_code == 404
    )


def test_elected_members_and_auditors_read_and_write_nothing(session, scene, as_person):
    deliberation = a_deliberation(session, scene)
    for role in (FunderRole.ELECTED, FunderRole.AUDITOR):
        browser = as_person(scene.people[role])
        assert browser.get("/instruction/deliberations").status_code == 200
        assert browser.get(table_url(scene)).status_code == 200
        page = browser.get(f"/instruction/deliberations/{deliberation.id}")
        assert page.status_code == 200
        assert "annonce" not in page.text
        assert browser.post(table_url(scene), data=lines(scene, {})).status_code == 404


def test_the_recused_see_nothing_of_an_application_here_either(session, scene, officer):
    proposed = lines(scene, {"amount": "5"}, {"amount": "5"})
    assert officer.post(table_url(scene), data=proposed).status_code == 303
    assert "Projet 1" in officer.get(vote_url(scene)).text
    session.add(
        Recusal(
            application_id=scene.applications[0].id,
            person_id=scene.people[FunderRole.OFFICER].id,
            origin=RecusalOrigin.DECLARED,
            reason="Ancienne salariée",
            declared_at=NOW,
        )
    )
    session.flush()
    assert "Projet 1" not in officer.get(table_url(scene)).text
    put_to_the_vote = officer.get(vote_url(scene)).text
    assert "Projet 2" in put_to_the_vote
    assert "Projet 1" not in put_to_the_vote
    assert officer.post(table_url(scene), data=lines(scene, {"amount": "5"})).status_code == 404
    a_deliberation(session, scene, an_award(scene, 0), an_award(scene, 1))
    deliberation_id = session.scalars(select(Deliberation.id)).one()
    page = officer.get(f"/instruction/deliberations/{deliberation_id}").text
    assert "Projet 2" in page
    assert "Projet 1" not in page


def test_the_letter_is_downloaded_by_the_applicant_and_by_nobody_else(
    session, scene, officer, as_person, file_store
):
    deliberation = a_deliberation(session, scene, an_award(scene), a_refusal(scene), announced=True)
    stored = deposit(session, file_store, io.BytesIO(PDF), name="lettre.pdf", actor=SYSTEM)
    letter = Letter(
        deliberation_id=deliberation.id,
        application_id=scene.applications[0].id,
        stored_file_id=stored.id,
        number="1",
        written_at=NOW,
    )
    session.add(letter)
    session.flush()
    mine = f"/dossiers/{scene.applications[0].id}/decision"
    applicant, other = as_person(scene.author), as_person(scene.authors[1])
    assert applicant.get(f"{mine}/courriers/{letter.id}").status_code == 404
    applicant.post(f"{mine}/{deliberation.id}")
    with applicant.get(f"{mine}/courriers/{letter.id}") as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
        assert "attachment" in answer.headers["Content-Disposition"]
    theirs = f"/dossiers/{scene.applications[1].id}/decision"
    assert other.get(f"{theirs}/courriers/{letter.id}").status_code == 404
    assert other.get(f"{mine}/courriers/{letter.id}").status_code == 404
    assert other.get(mine).status_code == 404
    assert other.post(f"{mine}/{deliberation.id}").status_code == 404
    url = f"/instruction/deliberations/courriers/{letter.id}"
    with officer.get(url) as copy:
        assert copy.data == PDF
    assert applicant.get(url).status_code == 404


def test_no_get_writes(session, scene, officer, as_person):
    deliberation = a_deliberation(session, scene, announced=True)
    application = scene.applications[0]
    urls = (
        (officer, table_url(scene)),
        (officer, vote_url(scene)),
        (officer, f"/instruction/deliberations/{deliberation.id}"),
        (as_person(scene.author), f"/dossiers/{application.id}/decision"),
    )
    for browser, url in urls:
        assert browser.get(url).status_code == 200
    assert session.scalar(select(func.count()).select_from(Acknowledgement)) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_table_costs_the_same_with_one_line_and_with_three(
    session, as_person, statements, number
):
    scene = a_scene(session, applications=number)
    browser = as_person(scene.people[FunderRole.OFFICER])
    browser.post(table_url(scene), data=lines(scene, *[{"amount": "5"}] * number))
    statements.clear()
    assert browser.get(table_url(scene)).status_code == 200
    assert len(statements) == 19


@pytest.mark.parametrize("number", [1, 2])
def test_a_top_up_stands_on_the_table_counts_in_its_envelope_and_is_voted(
    session, as_person, statements, number
):
    scene = a_scene(session, applications=3, voted=5_000_000)
    a_deliberation(session, scene, *(an_award(scene, nth, amount=1_000_000) for nth in range(2)))
    by = {"actor": scene.officer, "now": NOW}
    for nth in range(number):
        asked = (scene.call.id, scene.envelope_id, scene.applications[nth].id)
        place = waiting.add(session, *asked, wanted=Amount(250_000), **by)
        waiting.look(session, now=NOW)
        waiting.accept(session, place.id, draft_text="", **by)
    every = select(Proposal).where(Proposal.tops_up_id.is_not(None))
    more = session.scalars(every.order_by(Proposal.created_at, Proposal.id)).all()
    session.expire_all()
    browser = as_person(scene.people[FunderRole.OFFICER])
    statements.clear()
    shown = browser.get(table_url(scene)).text
    assert len(statements) == 25  # once everything is read anew
    for one in scene.applications[:number]:
        assert one.title in shown.split('id="top-ups"')[1]
        assert one.title not in shown.split('id="top-ups"')[0]
    table = queries.decision_table(session, scene.call.id, scene.funder.id, viewer=scene.officer)
    assert [one.id for one in table.top_ups] == [one.id for one in more]
    (line,) = table.standings
    assert (line.proposed, line.remaining) == (250_000 * number, line.available - line.proposed)
    assert all(str(one.id) in browser.get(vote_url(scene)).text for one in more)
    hidden = recused(scene.officer, scene.applications[0])
    found = queries.decision_table(session, scene.call.id, scene.funder.id, viewer=hidden)
    assert [one.id for one in found.top_ups] == [one.id for one in more[1:]]


@pytest.mark.parametrize("number", [1, 3])
def test_a_deliberation_costs_the_same_with_one_decision_and_with_three(
    session, as_person, statements, number
):
    scene = a_scene(session, applications=number)
    items = [an_award(scene, nth, amount=5) for nth in range(number)]
    deliberation = a_deliberation(session, scene, *items, announced=True)
    browser = as_person(scene.people[FunderRole.OFFICER])
    for url, cost in (
        (f"/instruction/deliberations/{deliberation.id}", 11),
        ("/instruction/deliberations", 3),
        (f"/dossiers/{scene.applications[0].id}/decision", 5),
    ):
        who = as_person(scene.author) if url.startswith("/dossiers") else browser
        statements.clear()
        assert who.get(url).status_code == 200
        assert len(statements) == cost, (url, statements)
    assert session.scalar(select(func.count()).select_from(Decision)) == number
