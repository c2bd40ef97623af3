"""Juries before, during and after their scoring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.blind import a_form_for_jurors
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.gallery.names import HOUSES, NAMES, Look, a_busy_panel, dress
from build.juries import (
    Panel,
    a_declaration,
    a_hint,
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    a_store,
    an_assignment,
    as_juror,
)
from build.people import a_funder_member, a_person, acting_as
from grants.calls.models import CallFunder, Jury, Stage
from grants.jobs.models import Job
from grants.juries import queries, services
from grants.juries.matching.solving import solve
from grants.juries.models import Answer, HintKind, ReviewState, Strength
from grants.juries.pairing import Options
from grants.people.models import Funder


def score_most(session: Session, panel: Panel) -> None:
    """The first member is half-way; the others have scored nearly everything."""
    mine, *others = panel.seats
    for nth, application in enumerate(panel.applications):
        for at, seat in enumerate(others):
            if (nth + at) % 7:
                marks = 1 + (3 * nth + 2 * at) % 10, 2 + (5 * nth + at) % 9
                a_review(session, seat, application, *marks, comment_jury="Un besoin bien établi.")
    read, drawn, left = panel.applications[0], panel.applications[1], panel.applications[2]
    a_review(
        session,
        mine,
        read,
        8,
        None,
        confidence=3,
        comment_jury="Le plus abouti de ceux que j’ai lus ; le loyer reste à confirmer.",
        comment_applicant="Précisez qui tient l’accueil le samedi.",
        private_note="Rappeler la mairie.",
    )
    a_review(session, mine, drawn, 6, state=ReviewState.DRAFT, comment_jury="À relire.")
    a_review(session, mine, left, state=ReviewState.ABSTAINED)


def others_invited(session: Session, panel: Panel) -> None:
    """Somebody has not answered, somebody will not come."""
    name = "Guillemette Fontaine-Bertrand"
    a_seat(session, panel.jury, person=a_person(session, name=name), accepted=False, name=name)
    said_no = NOW - timedelta(days=2)
    words = "Je serai à l’étranger jusqu’à la fin du mois de novembre."
    declined = a_seat(session, panel.jury, accepted=False, name="Hippolyte Marchandeau")
    declined.declined_at, declined.decline_reason = said_no, words
    session.flush()


def hints(session: Session, panel: Panel) -> list[Any]:
    """Suggestions of each strength, one of them answered."""
    facts = {"name": NAMES[0], "applicant": HOUSES[2]}
    strengths = (Strength.STRONG, Strength.MEDIUM, Strength.WEAK)
    found = [
        a_hint(
            session,
            panel.seats[nth],
            panel.applications[3],
            kind=HintKind.OFFICER,
            strength=strength,
            facts=facts,
        )
        for nth, strength in enumerate(strengths)
    ]
    services.answer_hint(
        session,
        panel.jury.id,
        found[2].id,
        answer=Answer.DISMISSED,
        reason="Une homonyme : la date de naissance n’est pas la même.",
        actor=acting_as(session, panel.officer),
        now=NOW,
    )
    return found


def a_plan(session: Session, panel: Panel) -> None:
    """A computed assignment, not applied yet."""
    officer = acting_as(session, panel.officer)
    options = Options(readers=2)
    asked = services.ask_plan(session, panel.jury.id, options, actor=officer, now=NOW)
    job = session.get_one(Job, asked)
    jury = queries.jury(session, panel.jury.id, officer)
    given = queries.given(session, jury, options)
    found = solve(given.pairing, seed=1)
    services.keep_plan(session, jury, given, found, job_id=job.id, options=options, now=NOW)


def at_work(session: Session, many: int) -> Iterator[Look]:
    """A jury in the middle of its scoring, seen by its officer, a member and its chair."""
    panel = a_busy_panel(session, jurors=5, applications=many)
    score_most(session, panel)
    others_invited(session, panel)
    found = hints(session, panel)
    a_recusal(session, panel.jurors[3], panel.applications[5], jury_id=panel.jury.id)
    a_plan(session, panel)
    officer, todo = panel.officer, panel.applications[3].id
    office = f"/instruction/jurys/{panel.jury.id}"
    for tail in (
        "",
        "/membres/liste",
        f"/membres/{panel.seats[0].id}",
        "/conflits",
        "/conflits?show=answered",
        f"/conflits/{found[0].id}",
        f"/conflits/{found[2].id}",
        "/repartition",
        "/repartition?q=introuvable",
        "/repartition/calcul",
        f"/repartition/dossiers/{todo}/raisons",
        f"/dossiers/{todo}/deport",
        "/deports",
        "/relance",
        "/classement",
        "/comparaison",
        "/comparaison?criterion=criterion2",
        "/comparaison/certitude?places=4",
        "/seance",
        "/clotures",
    ):
        yield Look(officer, office + tail)
    yield Look(officer, office, press="Envoyer l’invitation", answer=422)
    listed = "Zoé Ybarnégaray;zoe@example.org\nsans adresse;;\n"
    fill = {"listed": listed}
    check = {"press": "Vérifier la liste", "answer": 422, "fill": fill}
    yield Look(officer, f"{office}/membres/liste", **check)
    yield Look(officer, f"/instruction/dossiers/{todo}/deport")
    yield Look(officer, f"/instruction/dossiers/{todo}/deport/agents")
    yield from as_members(panel)


def as_members(panel: Panel) -> Iterator[Look]:
    """What a member and the chair see of it."""
    first, drawn, left, todo = (one.id for one in panel.applications[:4])
    member, chair, desk = panel.jurors[0], panel.jurors[-1], f"/jury/{panel.jury.id}"
    for tail in (
        "",
        "?state=draft",
        "?q=introuvable",
        "/hors-ligne",
        "/preferences",
        "/profil",
        "/attestation",
        "/seance",
        f"/dossiers/{first}",
        f"/dossiers/{drawn}",
        f"/dossiers/{left}",
        f"/dossiers/{todo}",
        f"/dossiers/{todo}/deport",
    ):
        yield Look(member, desk + tail)
    finish = "Terminer et passer au suivant"
    yield Look(member, f"{desk}/dossiers/{todo}", press=finish, answer=422)
    step = "Me déporter de ce dossier"
    yield Look(member, f"{desk}/dossiers/{todo}/deport", press=step, answer=422)
    for tail in ("", "/classement", "/comparaison", "/deport", "/seance"):
        yield Look(chair, desk + tail)
    yield Look(member, "/jury")
    yield Look(member, "/jury/declaration")


def before_the_work(session: Session, many: int) -> Iterator[Look]:
    """A jury of nobody with nothing; a newcomer; a declaration that lapsed."""
    empty = a_panel(session, jurors=0, applications=0)
    office = f"/instruction/jurys/{empty.jury.id}"
    tails = "", "/conflits", "/repartition", "/repartition/calcul", "/deports", "/relance"
    for tail in (*tails, "/classement", "/comparaison", "/comparaison/certitude", "/clotures"):
        yield Look(empty.officer, office + tail)
    alone = a_panel(session, jurors=1, applications=0)
    for tail in ("", "/hors-ligne", "/preferences"):
        yield Look(alone.jurors[0], f"/jury/{alone.jury.id}{tail}")
    newcomer = a_person(session, name=NAMES[3])
    offered = a_seat(session, alone.jury, person=newcomer, accepted=False)
    dress(session, alone)
    yield Look(newcomer, "/jury")
    yield Look(newcomer, f"/jury/invitations/{offered.id}")
    accept = "Accepter et rejoindre le jury"
    yield Look(newcomer, f"/jury/invitations/{offered.id}", press=accept, answer=422)
    yield Look(newcomer, f"/jury/invitations/{offered.id}/refuser")
    late = a_person(session, name=NAMES[5])
    a_seat(session, alone.jury, person=late, declared=False)
    lines = {"body": HOUSES[0], "role": "Trésorière"}, {"body": HOUSES[2], "role": "Bénévole"}
    a_declaration(session, late, *lines, at=NOW - timedelta(days=400), nothing=False)
    yield Look(late, "/jury")
    yield Look(late, "/jury/declaration")
    yield Look(late, "/jury/declaration", press="Déclarer", answer=422)
    yield Look(a_person(session, name="Personne d’autre"), "/jury")


def discussed(session: Session, many: int) -> Iterator[Look]:
    """The discussion is open: scores are read, revised and compared."""
    panel = a_busy_panel(session, jurors=4, applications=7)
    for nth, application in enumerate(panel.applications):
        for at, seat in enumerate(panel.seats):
            marks = 1 + (3 * nth + 2 * at) % 10, 2 + (5 * nth + at) % 9
            a_review(session, seat, application, *marks, comment_jury="À discuter.", confidence=2)
    session.flush()
    officer = acting_as(session, panel.officer)
    services.open_discussion(session, panel.jury.id, actor=officer, now=NOW)
    desk, file = f"/jury/{panel.jury.id}", panel.applications[0].id
    member, chair = panel.jurors[0], panel.jurors[-1]
    for tail in ("", f"/dossiers/{file}", "/classement", "/attestation"):
        yield Look(member, desk + tail)
    yield Look(chair, f"{desk}/comparaison?places=3")
    yield Look(chair, f"{desk}/comparaison/certitude?places=3")
    yield Look(chair, f"{desk}/classement")
    yield Look(panel.officer, f"/instruction/jurys/{panel.jury.id}/classement")


def closed(session: Session, many: int) -> Iterator[Look]:
    """A jury closed, reopened and closed again; another officer is asked once more."""
    panel = a_busy_panel(session, jurors=3, applications=5)
    for nth, application in enumerate(panel.applications):
        for at, seat in enumerate(panel.seats):
            a_review(session, seat, application, 10 - nth, 5 + at)
    lead = panel.officer
    colleague = a_funder_member(session, lead_of(session, panel), name=NAMES[2])
    first, second = acting_as(session, lead), acting_as(session, colleague)
    jury = panel.jury.id
    services.close_jury(session, jury, store=a_store(), actor=first, now=NOW)
    reason = "Une note avait été saisie sur le dossier voisin."
    services.ask_reopening(session, jury, reason=reason, actor=first, now=NOW)
    services.grant_reopening(session, jury, actor=second, now=NOW)
    services.close_jury(session, jury, store=a_store(), actor=first, now=NOW)
    services.ask_reopening(session, jury, reason=reason, actor=second, now=NOW)
    office, desk = f"/instruction/jurys/{jury}", f"/jury/{jury}"
    for tail in ("", "/clotures", "/classement", "/deports", "/relance"):
        yield Look(lead, office + tail)
    yield Look(colleague, f"{office}/clotures")
    services.certify(session, jury, actor=as_juror(session, panel.jurors[0]), now=NOW)
    for tail in ("", "/classement", "/attestation", "/hors-ligne", "/preferences"):
        yield Look(panel.jurors[0], desk + tail)
    yield Look(panel.jurors[0], f"{desk}/dossiers/{panel.applications[0].id}", 409)
    yield Look(panel.jurors[1], f"{desk}/attestation")


def blind(session: Session, many: int) -> Iterator[Look]:
    """A blind stage: what its officer masks, what its member reads."""
    panel = a_busy_panel(session, jurors=1, applications=2, document=a_form_for_jurors())
    session.get_one(Stage, panel.jury.stage_id).blind = True
    session.flush()
    file, desk = panel.applications[0].id, f"/jury/{panel.jury.id}"
    masking = f"/instruction/dossiers/{file}/caviardage"
    yield Look(panel.officer, masking)
    yield Look(panel.officer, masking, press="Aperçu")
    yield Look(panel.officer, f"/instruction/jurys/{panel.jury.id}/repartition")
    yield Look(panel.jurors[0], desk)
    yield Look(panel.jurors[0], f"{desk}/dossiers/{file}")


def told(session: Session, many: int) -> Iterator[Look]:
    """A decision announced, with what the jury said of the file."""
    scene = a_scene(session, applications=2)
    jury = session.scalars(select(Jury).where(Jury.call_id == scene.call.id)).one()
    stage = session.get_one(Stage, jury.stage_id)
    stage.tells_comments = stage.tells_scores = stage.tells_rank = True
    for nth in range(2):
        seat = a_seat(session, jury)
        for application in scene.applications:
            an_assignment(session, seat, application)
            words = "Un projet utile, dont le loyer reste à confirmer avec la commune."
            a_review(session, seat, application, 7 + nth, 5, comment_applicant=words)
    services.close_jury(session, jury.id, store=a_store(), actor=scene.officer, now=NOW)
    a_deliberation(session, scene, an_award(scene), a_refusal(scene), announced=True)
    for application, author in zip(scene.applications, scene.authors, strict=True):
        yield Look(author, f"/dossiers/{application.id}/decision", press="J’ai pris connaissance")


def lead_of(session: Session, panel: Panel) -> Funder:
    """The funder that leads the call."""
    wanted = select(CallFunder.funder_id).where(CallFunder.call_id == panel.call.id)
    return session.get_one(Funder, session.scalars(wanted).one())
