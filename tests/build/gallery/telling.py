"""After the vote: letters to look through, texts, appeals, and what the applicant reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_refusal, a_scene, an_award
from build.gallery.names import CALL, Look, entitle
from build.payments import a_document
from build.people import acting_as
from build.telling import DRAFTED
from grants.appeals import services as appeals
from grants.appeals.models import Appeal, Effect
from grants.decisions.models import Deliberation, Outcome
from grants.decisions.services import Item, acknowledge, announce_results
from grants.kernel.access import FunderRole
from grants.notices import services as notices

OFFICE = "/instruction"
REASON = "Le projet est solide, mais son siège est hors du territoire que l’appel délimite."
GROUNDS = (
    "Notre siège a été transféré dans le canton en mars.\n\nL’acte de la préfecture est joint."
)
ANSWER = "Le transfert du siège est postérieur à la clôture de l’appel : la décision est maintenue."
LETTER = """# Votre projet est soutenu

Par la délibération [acte] du [date], vous recevez [montant].

[motif]

[recours]"""


def a_voted_scene(session: Session, *, applications: int = 4) -> Scene:
    """Files with long names, in review."""
    scene = a_scene(session, applications=applications)
    scene.call.title_fr = CALL
    scene.funder.name = "Communauté de communes du Pays de Valbrune et de la haute Brune"
    entitle(session, scene.applications)
    return scene


def looked_through(session: Session, many: int) -> Iterator[Look]:
    """Letters: no text of one's own, then some; each seen before it leaves; gone."""
    scene = a_voted_scene(session)
    officer = scene.people[FunderRole.OFFICER]
    texts = f"{OFFICE}/modeles-de-courrier"
    yield Look(officer, texts)
    yield Look(officer, f"{texts}/nouveau", press="Enregistrer", answer=422)
    items = an_award(scene, 0, amount=900_000), a_refusal(scene, 1, REASON)
    waits = Item(application_id=scene.applications[2].id, outcome=Outcome.WAITLIST)
    act = a_deliberation(session, scene, *items, waits)
    by = {"actor": scene.officer, "now": NOW}
    yield Look(officer, f"{OFFICE}/deliberations/{act.id}")
    kept = notices.add_template(session, scene.funder.id, DRAFTED, **by)
    other = notices.Drafted(name="Refus, au titre de l’appel", outcome=Outcome.REFUSAL, body_fr=NO)
    notices.add_template(session, scene.funder.id, other, **by)
    letters = f"{OFFICE}/deliberations/{act.id}/courriers"
    for page in (texts, f"{texts}/{kept.id}", letters):
        yield Look(officer, page)
    yield Look(officer, letters, press="Envoyer les courriers", answer=422)
    for one in scene.applications[:3]:
        yield Look(officer, f"{letters}/{one.id}")
    for page in (texts, f"{texts}/{kept.id}"):
        yield Look(scene.people[FunderRole.ELECTED], page)
    announce_results(session, act.id, **by)
    for page in (letters, f"{letters}/{scene.applications[0].id}"):
        yield Look(officer, page)
    yield Look(officer, f"{OFFICE}/deliberations/{act.id}")
    yield Look(officer, f"{OFFICE}/deliberations")
    yield Look(officer, f"{OFFICE}/scans")


NO = "Acte [acte] du [date].\n\n[motif]\n\n[recours]"


def contested(session: Session, many: int) -> Iterator[Look]:
    """A refusal that is read and contested, on both sides, until its answer is read."""
    scene = a_voted_scene(session)
    officer, author = scene.people[FunderRole.OFFICER], scene.authors[1]
    yield Look(officer, f"{OFFICE}/recours")
    act = a_deliberation(session, scene, an_award(scene, 0), *_refused(scene), announced=True)
    application = scene.applications[1]
    mine = f"/dossiers/{application.id}/decision"
    yield Look(author, mine)
    who = acting_as(session, author)
    acknowledge(session, application.id, act.id, actor=who, now=NOW)
    yield Look(author, mine)
    contest = f"/dossiers/{application.id}/recours/{act.id}"
    yield Look(author, contest, press="Déposer le recours", answer=422)
    given = a_document(session, author.id, "extrait-du-registre.pdf")
    filed = _filed(session, scene, 1, documents=[given])
    yield Look(author, mine)
    page = f"{OFFICE}/recours/{filed.id}"
    yield Look(officer, f"{OFFICE}/recours")
    yield Look(officer, page, press="Envoyer la réponse", answer=422)
    yield Look(scene.people[FunderRole.AUDITOR], page)
    by = {"actor": scene.officer, "now": NOW}
    appeals.answer_appeal(session, filed.id, effect=None, answer=ANSWER, **by)
    yield Look(author, mine)
    yield Look(officer, page)
    appeals.acknowledge_answer(session, filed.id, actor=who, now=NOW)
    yield Look(author, mine)
    for nth, effect in ((2, Effect.NEW_DELIBERATION), (3, Effect.WITHDRAWAL)):
        acknowledge(
            session, scene.applications[nth].id, act.id, actor=_author(session, scene, nth), now=NOW
        )
        one = _filed(session, scene, nth)
        appeals.answer_appeal(session, one.id, effect=effect, answer="Vous avez raison.", **by)
        yield Look(officer, f"{OFFICE}/recours/{one.id}")
    yield Look(officer, f"{OFFICE}/recours")


def too_late(session: Session, many: int) -> Iterator[Look]:
    """A decision read three months ago: there is no contesting it any more."""
    scene = a_voted_scene(session, applications=2)
    act = a_deliberation(session, scene, an_award(scene, 0), a_refusal(scene, 1), announced=True)
    who = _author(session, scene, 1)
    acknowledge(session, scene.applications[1].id, act.id, actor=who, now=NOW - timedelta(days=99))
    author = scene.authors[1]
    yield Look(author, f"/dossiers/{scene.applications[1].id}/decision")
    yield Look(author, f"/dossiers/{scene.applications[1].id}/recours/{act.id}")


def _refused(scene: Scene) -> list[Item]:
    return [a_refusal(scene, nth, REASON) for nth in (1, 2, 3)]


def _author(session: Session, scene: Scene, nth: int):
    return acting_as(session, scene.authors[nth])


def _filed(session: Session, scene: Scene, nth: int, documents=()) -> Appeal:

    act = session.scalars(
        select(Deliberation.id).where(Deliberation.funder_id == scene.funder.id)
    ).one()
    return appeals.file_appeal(
        session,
        scene.applications[nth].id,
        act,
        grounds=GROUNDS,
        documents=list(documents),
        actor=_author(session, scene, nth),
        now=NOW,
    )
