"""What binds after the vote: agreements, papers that come back, the law's margins, reports."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_refusal, an_award
from build.gallery.names import HOUSES, Look
from build.gallery.telling import a_voted_scene
from build.juries import a_store
from build.people import acting_as
from build.sides import PDF, SECRET
from build.signing import documented, lets_sign
from build.telling import signed_by
from build.vault import an_aid
from grants.agreements import services as agreements
from grants.agreements.models import AgreementAct, Side
from grants.agreements.signing import OneTimeCode
from grants.decisions.models import Decision, Deliberation
from grants.decisions.services import Wanted, acknowledge, propose
from grants.duties import services as duties
from grants.files import services as files
from grants.followup import services as followup
from grants.followup.figures import Line
from grants.followup.models import FinancialReport
from grants.followup.services import Written
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount
from grants.notices.papers import Scan
from grants.notices.services.scanning import bring_scan, keep_pages
from grants.watch import services as watch
from grants.watch.law import Watched

OFFICE = "/instruction"
TEXT = """# Article 1 – Objet

La présente convention fixe les conditions dans lesquelles la collectivité soutient le projet.

# Article 2 – Montant

Le montant attribué est de 24 000 €."""


def agreed(session: Session, many: int) -> Iterator[Look]:
    """An agreement to write, written, sent, signed by each side, in force, amended."""
    scene, act = _told(session, 2_400_000)
    officer, author = scene.people[FunderRole.OFFICER], scene.author
    award = session.scalars(select(Decision.id).where(Decision.deliberation_id == act.id)).first()
    mine = f"/dossiers/{scene.applications[0].id}/convention"
    pages = f"{OFFICE}/conventions"
    yield Look(officer, pages)
    yield Look(officer, f"{pages}/attributions/{award}")
    yield Look(author, mine)
    by, his = {"actor": scene.officer, "now": NOW}, acting_as(session, author)
    made = agreements.draft(session, award, text=TEXT, **by)
    one = session.scalars(select(AgreementAct).where(AgreementAct.agreement_id == made.id)).one()
    page = f"{pages}/{made.id}"
    agreements.rewrite(session, one.id, text=TEXT.replace("soutient", "accompagne"), **by)
    session.expire_all()
    for path in (page, f"{page}/comparaison"):
        yield Look(officer, path)
    agreements.send(session, one.id, **by)
    yield Look(author, mine)
    documented(session, one.id)
    codes = OneTimeCode(SECRET)
    paper = {"unfold": "signée sur papier", "press": "Enregistrer les signatures"}
    yield Look(officer, page, answer=422, **paper)
    yield Look(author, mine, press="Signer la convention", answer=422)
    signed_by(session, one.id, Side.BENEFICIARY, his, codes)
    session.expire_all()
    yield Look(author, mine)
    yield Look(officer, page)
    lets_sign(session, one.id, scene.officer.id)
    session.expire_all()
    yield Look(officer, page, press="Signer pour la collectivité", answer=422)
    signed_by(session, one.id, Side.AUTHORITY, scene.officer, codes)
    session.expire_all()
    yield Look(officer, page)
    agreements.bring_into_force(session, one.id, on=NOW.date(), **by)
    session.expire_all()
    yield Look(officer, page, press="Enregistrer l’avenant", answer=422)
    cut = {"object": "Le projet compte un atelier de moins", "amount": Amount(1_900_000)}
    agreements.amend(session, made.id, text=TEXT.replace("24 000", "19 000"), **cut, **by)
    session.expire_all()
    for path in (page, f"{page}/comparaison", pages):
        yield Look(officer, path)
    yield Look(scene.people[FunderRole.AUDITOR], page)


def scanned(session: Session, many: int) -> Iterator[Look]:
    """Piles: none, one that is being read, one with pages left to place by hand."""
    scene = a_voted_scene(session, applications=1)
    officer = scene.people[FunderRole.OFFICER]
    page = f"{OFFICE}/scans"
    yield Look(officer, page, press="Faire lire la pile", answer=422)
    for name, pages in (("pile-du-lundi.pdf", None), ("courriers-signés-octobre.pdf", 3)):
        given = files.deposit(session, a_store(), io.BytesIO(PDF), name=name, actor=scene.officer)
        bring_scan(session, scene.funder.id, given, actor=scene.officer, now=NOW)
        scan = session.scalars(select(Scan).where(Scan.stored_file_id == given.id)).one()
        if pages:
            keep_pages(session, scan.id, [None] * pages, now=NOW)
        session.expire_all()
        yield Look(officer, f"{page}/{scan.id}")
    yield Look(officer, f"{page}/{scan.id}", press="Placer la page", answer=422)
    yield Look(officer, page)


def watched(session: Session, many: int) -> Iterator[Look]:
    """The law's margins: as they stand, with a linked company, refused, gone past by name."""
    scene = a_voted_scene(session, applications=1)
    officer, one = scene.people[FunderRole.OFFICER], scene.applications[0]
    page = f"{OFFICE}/dossiers/{one.id}/veille"
    yield Look(officer, page)
    for euros, years in ((150_000, 1), (45_000, 2)):
        day = date(2018 - years, 6, 12)
        an_aid(session, one.organisation_id, by=scene.author, euros=euros, granted_on=day)
    his = acting_as(session, scene.author)
    link = {"siren": "732829320", "name": HOUSES[0], "actor": his, "now": NOW}
    watch.declare_link(session, one.organisation_id, **link)
    by = {"actor": scene.officer, "now": NOW}
    wanted = Wanted(**vars(an_award(scene, amount=2_400_000)))
    propose(session, scene.call.id, scene.funder.id, wanted=[wanted], **by)
    yield Look(officer, page)
    yield Look(officer, f"{OFFICE}/appels/{scene.call.id}/decision/{scene.funder.id}")
    yield Look(officer, page, press="Enregistrer", answer=422, fill={"value": "douze"})
    reason = "Le préfet en a été informé par courrier du 12 septembre, et n’a rien objecté."
    rule = (one.id, scene.funder.id, Watched.DE_MINIMIS)
    watch.override(session, *rule, reason=reason, **by)
    yield Look(officer, page)
    yield Look(scene.people[FunderRole.AUDITOR], page)


def due(session: Session, many: int) -> Iterator[Look]:
    """Nothing due; then reports to write, returned, sent, and the calendar with its address."""
    scene, _act = _told(session, 900_000)
    officer, author = scene.people[FunderRole.OFFICER], scene.author
    yield Look(officer, "/echeances")
    yield Look(officer, f"{OFFICE}/comptes-rendus")
    mine = f"/dossiers/{scene.applications[0].id}/comptes-rendus"
    yield Look(author, mine)
    followup.expect_reports(session, now=NOW)
    of_it = FinancialReport.application_id == scene.applications[0].id
    one = session.scalars(select(FinancialReport).where(of_it)).one()
    yield Look(author, mine)
    yield Look(author, f"{mine}/{one.id}", press="Certifier et envoyer", answer=409)
    duties.make_link(session, actor=scene.officer, now=NOW)
    yield Look(officer, "/echeances")
    his = {"actor": acting_as(session, author), "now": NOW + timedelta(days=1)}
    followup.submit_report(session, one.id, _written(one.version), **his)
    page = f"{OFFICE}/comptes-rendus/{one.id}"
    yield Look(officer, page, press="Renvoyer", answer=422)
    reason = "Le total des charges dépasse celui des produits de 400 €."
    followup.return_report(session, one.id, reason=reason, actor=scene.officer, now=NOW)
    session.expire_all()
    for who, path in ((author, f"{mine}/{one.id}"), (author, mine), (officer, page)):
        yield Look(who, path)
    yield Look(officer, f"{OFFICE}/comptes-rendus")


def _written(version: int) -> Written:
    lines = {
        "charges": [Line("60", "Achats de fournitures et petit équipement", 0, 9_400)],
        "products": [Line("74", "Subvention de la collectivité", 0, 9_000)],
    }
    done = "L’atelier a ouvert en mars.\n\nIl a reçu 214 personnes, pour 180 attendues."
    return Written(lines=lines, narrative={"done": done}, version=version)


def _told(session: Session, cents: int) -> tuple[Scene, Deliberation]:
    """An award that is executory, announced and read; and a refusal."""
    scene = a_voted_scene(session, applications=2)
    award = an_award(scene, amount=cents)
    act = a_deliberation(session, scene, award, a_refusal(scene), announced=True)
    reader = acting_as(session, scene.author)
    acknowledge(session, scene.applications[0].id, act.id, actor=reader, now=NOW)
    return scene, act
