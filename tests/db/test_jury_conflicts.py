"""The conflict radar on real rows: what it finds, what it leaves alone, who answers."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import (
    a_declaration,
    a_panel,
    a_recusal,
    a_seat,
    an_application_in_review,
    an_assignment,
    as_juror,
)
from build.people import a_funder, a_member, a_person, a_siret, acting_as, an_organisation
from build.vault import an_aid
from grants.calls.models import CallFunder
from grants.jobs.models import Job
from grants.juries import queries, services
from grants.juries.models import (
    Answer,
    Assignment,
    ConflictHint,
    HintKind,
    InterestKind,
    ReasonClass,
    Recusal,
    RecusalOrigin,
    Strength,
)
from grants.juries.queries import conflicts
from grants.juries.queries.suspects import suspicions
from grants.juries.roster import Listed
from grants.juries.services import radar
from grants.juries.services.radar import look, seats_of
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Organisation, Person

K, S = HintKind, Strength


@pytest.fixture
def panel(session):
    return a_panel(session, applications=2, assigned=False)


@pytest.fixture
def applicant(session, panel):
    found = session.get_one(Organisation, panel.applications[0].organisation_id)
    found.name = "Association des Amis de l’Étang (ADE)"
    other = session.get_one(Organisation, panel.applications[1].organisation_id)
    other.street = "99 quai du Port"
    session.flush()
    return found


def hints(session, panel):
    look(session, panel.jury, panel.seats, now=NOW)
    rows = session.scalars(select(ConflictHint).execution_options(populate_existing=True)).all()
    first = panel.applications[0].id
    assert {one.application_id for one in rows} <= {first}
    return {(one.kind, one.strength) for one in rows}


def declares(session, panel, *lines, **columns):
    a_declaration(session, panel.jurors[0], *lines, lapses_on=date(2101, 1, 1), **columns)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"body": "Les amis de l'etang"}, {(K.MANDATE, S.STRONG)}),
        (
            {"body": "Amis de l’Étang", "kind": InterestKind.EMPLOYER},
            {(K.EMPLOYER, S.STRONG)},
        ),
        ({"body": "Amis de l’Étang", "until": date(2014, 1, 1)}, {(K.MANDATE, S.MEDIUM)}),
        ({"body": "Les Amies de l’Étan"}, {(K.MANDATE, S.WEAK)}),
        ({"body": "Comité des fêtes de Valbrune"}, set()),
        ({"body": "Amis de l’Étang bleu de Saint-Just"}, set()),
        ({"body": "SAS"}, set()),
    ],
)
def test_a_declared_body_is_compared_with_the_applicants_name(
    session, panel, applicant, line, found
):
    declares(session, panel, line)
    assert hints(session, panel) == found


def test_a_number_says_more_than_a_name(session, panel, applicant):
    declares(session, panel, {"body": "Tout autre nom", "siren": applicant.siret[:9]})
    assert hints(session, panel) == {(K.MANDATE, S.STRONG)}


def test_a_partner_named_in_the_file_is_found_by_its_name_or_its_number(session, panel, applicant):
    application = panel.applications[0]
    number = a_siret()
    application.answers = {"partners": f"La Ressourcerie du Port, et le {number}"}
    session.flush()
    declares(session, panel, {"body": "Association La Ressourcerie du Port"})
    assert hints(session, panel) == {(K.PARTNER, S.MEDIUM)}
    a_declaration(
        session,
        panel.jurors[0],
        {"body": "Autre nom", "siren": number[:9]},
        lapses_on=date(2102, 1, 1),
    )
    session.execute(ConflictHint.__table__.delete())
    assert hints(session, panel) == {(K.PARTNER, S.MEDIUM)}


def test_a_body_that_funds_the_applicant_weighs_little(session, panel, applicant):
    aid = an_aid(session, applicant.id, by=panel.jurors[0])
    aid.funder_name = "Département de la Brune"
    session.flush()
    declares(session, panel, {"body": "Département de la Brune", "kind": InterestKind.EMPLOYER})
    assert hints(session, panel) == {(K.COFUNDER, S.WEAK)}


def test_people_are_compared_by_account_by_name_and_by_domain(session, panel, applicant):
    [juror], [seat] = panel.jurors, panel.seats
    a_member(session, applicant, person=juror)
    assert hints(session, panel) == {(K.MEMBER, S.STRONG)}
    session.execute(ConflictHint.__table__.delete())
    seat.person_id = a_person(session, name="Autre").id
    seat.name, seat.email = "LE GOFF Maëlle", "maelle@amis-etang.fr"
    a_member(session, applicant, name="Maelle Le Goff")
    assert hints(session, panel) == {(K.OFFICER, S.MEDIUM)}
    session.execute(ConflictHint.__table__.delete())
    seat.name = "Yann Kermadec"
    applicant.website = "https://www.amis-etang.fr/accueil"
    session.flush()
    assert hints(session, panel) == {(K.DOMAIN, S.STRONG)}
    session.execute(ConflictHint.__table__.delete())
    seat.email, applicant.website = "yann@gmail.com", "https://gmail.com/etang"
    a_member(session, applicant, email="bureau.etang@gmail.com")
    session.flush()
    assert hints(session, panel) == set()


def test_a_relative_or_a_name_in_the_file_is_told(session, panel, applicant):
    a_member(session, applicant, name="Gwenaëlle Le Bihan")
    declares(session, panel, family="Ma sœur, Gwenaelle LE BIHAN, préside une association.")
    assert hints(session, panel) == {(K.FAMILY, S.STRONG)}
    session.execute(ConflictHint.__table__.delete())
    panel.seats[0].name = "Tanguy Morvan-Rio"
    panel.applications[0].answers = {"team": "Comptable : Morvan-Rio Tanguy"}
    a_declaration(session, panel.jurors[0], lapses_on=date(2103, 1, 1))
    session.flush()
    assert hints(session, panel) == {(K.NAMED, S.MEDIUM)}


def test_one_address_or_one_account_is_told(session, panel, applicant):
    other = an_organisation(session, name="SCIC Héron", street="3, rue de l’Étang")
    applicant.street = "3 rue de l'etang"
    session.flush()
    declares(session, panel, {"body": "SCIC Héron", "siren": other.siret[:9]})
    assert hints(session, panel) == {(K.ADDRESS, S.MEDIUM)}
    session.execute(ConflictHint.__table__.delete())
    applicant.street = "4 rue de l'etang"
    elsewhere = a_panel(session, assigned=False).applications[0]
    elsewhere.organisation_id = other.id
    elsewhere.accounts = panel.applications[0].accounts = ["ab" * 32]
    session.flush()
    assert hints(session, panel) == {(K.ACCOUNT, S.STRONG)}


def test_the_search_costs_the_same_whatever_the_number(session, panel, statements):
    for _ in range(3):
        a_seat(session, panel.jury)
        an_application_in_review(session, panel.call)
    statements.clear()
    look(session, panel.jury, panel.seats, now=NOW)
    few = len(statements)
    statements.clear()
    look(session, panel.jury, seats_of(session, panel.jury), now=NOW)
    assert len(statements) - 1 == few == 8


# Answers.


@pytest.fixture
def hint(session, panel, applicant):
    a_member(session, applicant, name=panel.seats[0].name)
    look(session, panel.jury, panel.seats, now=NOW)
    return session.scalars(select(ConflictHint)).one()


def answer(session, panel, hint, officer, said, *, reason="Même personne."):
    return services.answer_hint(
        session, panel.jury.id, hint.id, answer=said, reason=reason, actor=officer, now=NOW
    )


def test_a_confirmed_conflict_is_a_recusal_and_no_assignment(session, panel, officer, hint):
    assert services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW) == 2
    answer(session, panel, hint, officer, Answer.CONFIRMED)
    answer(session, panel, hint, officer, Answer.CONFIRMED)
    [recusal] = session.scalars(select(Recusal)).all()
    assert (recusal.origin, recusal.person_id) == (RecusalOrigin.SUGGESTED, panel.jurors[0].id)
    assert (recusal.reason, recusal.reason_class) == ("Même personne.", ReasonClass.OTHER)
    juror = as_juror(session, panel.jurors[0])
    assert panel.applications[0].id in juror.recused_from
    with pytest.raises(Refused, match=r"conflict\.answered"):
        answer(session, panel, hint, officer, Answer.DISMISSED)
    told = session.scalars(select(Message).where(Message.kind == "conflict.answered")).all()
    assert len(told) == 1
    assert "personne" not in str(told[0].payload)


def test_a_dismissed_suggestion_keeps_its_answer_when_found_again(
    session, panel, applicant, officer, hint
):
    with pytest.raises(Refused, match=r"conflict\.reason"):
        answer(session, panel, hint, officer, Answer.DISMISSED, reason=" ")
    answer(session, panel, hint, officer, Answer.DISMISSED, reason="Homonymie vérifiée.")
    answered_on, applicant.name = dict(hint.facts), "Un nom tout neuf"
    services.search_conflicts(session, panel.jury.id, actor=officer, now=NOW)
    session.refresh(hint)
    assert hint.facts == answered_on
    assert (hint.answer, hint.reason) == (Answer.DISMISSED, "Homonymie vérifiée.")
    assert (hint.answered_by, hint.answered_at) == (officer.id, NOW)
    assert session.scalars(select(ConflictHint)).all() == [hint]
    assert session.scalars(select(Recusal)).all() == []
    assert conflicts.open_hints(session, panel.jury.id, officer) == 0


def test_confirmed_before_the_seat_is_taken_it_waits_for_the_person(
    session, panel, officer, applicant
):
    person = a_person(session, name="Nolwenn Tanguy")
    a_member(session, applicant, name="Nolwenn Tanguy")
    seat = services.invite(
        session, panel.jury.id, email=person.email, name=person.name, actor=officer, now=NOW
    )
    hint = session.scalars(select(ConflictHint).where(ConflictHint.seat_id == seat.id)).one()
    answer(session, panel, hint, officer, Answer.CONFIRMED)
    services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW)
    given = select(Assignment.application_id).where(Assignment.seat_id == seat.id)
    assert session.scalars(given).all() == [panel.applications[1].id]
    assert session.scalars(select(Recusal)).all() == []
    services.accept(session, seat.id, charter=True, actor=acting_as(session, person), now=NOW)
    [recusal] = session.scalars(select(Recusal)).all()
    assert (recusal.person_id, recusal.application_id) == (person.id, panel.applications[0].id)


def test_declared_interests_are_not_for_those_who_sit_nor_for_the_recused(
    session, panel, officer, hint
):
    a_recusal(session, panel.officer, panel.applications[0])
    recused = as_juror(session, panel.officer)
    page = conflicts.jury_overseen(session, panel.jury.id, recused)
    assert session.execute(conflicts.hints(page, recused)).all() == []
    with pytest.raises(Unknown):
        conflicts.hint(session, page, hint.id, recused)
    with pytest.raises(Unknown):
        answer(session, panel, hint, recused, Answer.CONFIRMED)
    assert conflicts.open_hints(session, panel.jury.id, recused) == 0
    asked = (session, panel.jury.id, [panel.applications[0].id])
    assert conflicts.open_pairs(*asked, recused) == []
    assert conflicts.open_pairs(*asked, officer) != []
    a_seat(session, panel.jury, person=panel.officer, declared=False)
    with pytest.raises(Unknown):
        conflicts.jury_overseen(session, panel.jury.id, officer)
    assert conflicts.open_hints(session, panel.jury.id, officer) is None


def test_before_inviting_a_name_is_enough_and_declarations_stay_out(
    session, panel, officer, applicant
):
    a_member(session, applicant, name="Nolwenn Tanguy")
    known = a_person(session, email="known@example.org", name="Ana")
    a_declaration(session, known, {"body": applicant.name})
    typed = [("TANGUY Nolwenn", "nt@gmail.com"), ("Ana", "Known@example.org")]
    [named, declared] = suspicions(session, panel.jury, typed, officer, now=NOW)
    assert [(one.found.kind, one.number) for one in named] == [
        (K.OFFICER, panel.applications[0].number)
    ]
    assert declared == []
    a_recusal(session, panel.officer, panel.applications[0])
    recused = as_juror(session, panel.officer)
    assert suspicions(session, panel.jury, typed, recused, now=NOW) == [[], []]


def test_declaring_looks_again_over_the_seats(session, panel, applicant):
    services.declare_interests(
        session,
        interests=[services.Interest(kind=InterestKind.MANDATE, body=applicant.name)],
        nothing=False,
        charter=True,
        actor=as_juror(session, panel.jurors[0]),
        now=NOW,
    )
    [hint] = session.scalars(select(ConflictHint)).all()
    assert (hint.kind, hint.seat_id) == (K.MANDATE, panel.seats[0].id)
    an_assignment(session, panel.seats[0], panel.applications[0])
    pairs = conflicts.open_pairs(
        session, panel.jury.id, [panel.applications[0].id], acting_as(session, panel.officer)
    )
    assert pairs == [(panel.seats[0].id, panel.applications[0].id, S.STRONG)]


def test_a_list_invites_once_and_settles_colleges(session, panel, officer):
    listed = [
        Listed("Zoé Roy", "zoe@example.org", college="experts", load_max=9),
        Listed(panel.seats[0].name, panel.seats[0].email, college="citizens"),
    ]
    for sent in (1, 0):
        assert services.invite_list(session, panel.jury.id, listed, actor=officer, now=NOW) == sent
    found = {one.email: (one.college, one.load_max) for one in seats_of(session, panel.jury)}
    assert found == {
        "zoe@example.org": ("experts", 9),
        panel.seats[0].email: ("citizens", None),
    }
    assert queries.members(session, panel.jury, officer)
    assert len(session.scalars(select(Message).where(Message.kind == "juror.invited")).all()) == 1
    assert session.scalars(select(Person).where(Person.email == "zoe@example.org")).all() == []


def test_a_tie_to_a_funder_of_the_call_is_told_once_and_not_of_each_file(session, panel):
    funder = a_funder(session, name="Communauté de communes du Val")
    session.add(CallFunder(call_id=panel.call.id, funder_id=funder.id, is_lead=False, position=9))
    session.flush()
    declares(session, panel, {"body": "Communauté de communes du Val", "role": "Élue"})
    (tie,) = conflicts.funder_ties(session, panel.jury)
    assert (tie.member, tie.role, tie.funder) == (panel.seats[0].name, "Élue", funder.name)
    assert hints(session, panel) == set()


def test_a_large_jury_is_looked_at_by_a_job(session, panel, officer, hint, monkeypatch):
    monkeypatch.setattr(radar, "PAIRS_AT_ONCE", 0)
    session.execute(ConflictHint.__table__.delete())
    job_id = services.search_conflicts(session, panel.jury.id, actor=officer, now=NOW)
    job = session.get_one(Job, job_id)
    assert (job.kind, job.total, job.payload) == (radar.JOB, 2, {"jury": str(panel.jury.id)})
    assert session.scalars(select(ConflictHint)).all() == []
    assert radar.look_at_all(session, panel.jury.id, now=NOW) == 1
