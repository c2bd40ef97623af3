"""Payments at each moment: asked for, blocked, certified, ordered, signed, paid, answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_scene, an_award
from build.gallery.names import CALL, Look, entitle
from build.ledger import booked
from build.payments import (
    VAULT,
    Award,
    a_claim,
    a_document,
    a_paid_order,
    an_account,
    an_approved_order,
    an_award_to_pay,
    an_order,
    set_up,
)
from build.people import PASSWORD_HASH
from build.sides import SECRET
from grants.decisions.models import Decision, Instrument
from grants.followup import services as followup
from grants.followup.services import Terms
from grants.kernel.access import FunderRole
from grants.kernel.bank import Vault
from grants.ledger.operations import Section
from grants.payments import queries, services
from grants.payments.models import (
    ClaimFile,
    ConditionKind,
    LineState,
    PaymentOrder,
    PaymentReturn,
    ReturnKind,
    ReturnLine,
)
from grants.payments.plan import Asked, Part
from grants.people.models import FunderKind

OTHER = "FR1420041010050500013M02606"
THIRD = "FR7610107001011234567890129"
HALVES = (Part(percent=50, label="Acompte"), Part(percent=50, label="Solde"))
ONCE = (Part(percent=100, label="Versement unique"),)
GUARDED = (
    Part(
        percent=100,
        label="Solde, sur présentation du bilan de la deuxième année",
        condition="À réception du bilan de la deuxième année",
        conditions=(
            Asked(ConditionKind.AGREEMENT),
            Asked(ConditionKind.AUDIT),
            Asked(ConditionKind.COFUNDER, "Région de la Confluence"),
        ),
    ),
)
RETURN = "mandat;etat;date;montant;motif\n"
FEE = "FRAIS DE TENUE DE COMPTE SEPTEMBRE;Payé;28/09/2018;12,50;\n"
TWICE = "2018-0099;Rejeté;28/09/2018;22999,98;Domiciliation bancaire absente ou erronée\n"


class Desk:
    """One funder that pays by itself, and its awards, each of another applicant."""

    def __init__(self, session: Session, applications: int) -> None:
        self.session = session
        self.scene: Scene = a_scene(session, applications=applications, voted=2_000_000_00)
        scene = self.scene
        scene.call.title_fr = CALL
        scene.funder.kind, scene.funder.name = FunderKind.PARTNER, "Fondation des quatre cantons"
        entitle(session, scene.applications)
        for role in (FunderRole.FINANCE, FunderRole.APPROVER):
            scene.people[role].password_hash = PASSWORD_HASH
        session.flush()
        self.opens: dict[str, Any] = {"vault": Vault(SECRET.encode())}

    def award(self, nth: int, parts: Sequence[Part], amount: int = 22_999_98) -> Award:
        """An announced award of the nth application, planned."""
        scene = self.scene
        applicant, scene.authors[0] = scene.authors[0], scene.authors[nth]
        item = an_award(scene, nth, amount=amount)
        made = an_award_to_pay(self.session, item, scene=scene, parts=tuple(parts))
        scene.authors[0] = applicant
        return made

    def claim(self, award: Award, nth: int = 0, **given: Any) -> Any:
        """A claim with its document."""
        found = a_claim(self.session, award, nth, **{**self.opens, **given})
        paper = a_document(self.session, award.applicant.id, "releve-identite-bancaire-2018.pdf")
        self.session.add(ClaimFile(claim_id=found.id, stored_file_id=paper.id))
        self.session.flush()
        return found


def claimed(session: Session, many: int) -> Iterator[Look]:
    """The applicant’s and the officer’s pages: to claim, blocked, in another name, certified."""
    desk = Desk(session, 4)
    officer = desk.scene.people[FunderRole.OFFICER]
    open_award, guarded = desk.award(0, HALVES), desk.award(1, GUARDED)
    author, payments = desk.scene.authors[0], _payments(desk, 0)
    yield Look(author, payments)
    first = f"{payments}/{open_award.instalments[0].id}"
    yield Look(author, first, press="Envoyer ma demande", answer=422)
    blocked = desk.claim(guarded, holder="Boucherie Sanzot", message="Voici notre demande.")
    yield Look(desk.scene.authors[1], _payments(desk, 1))
    page = f"/instruction/versements/{blocked.id}"
    yield Look(officer, page)
    yield Look(officer, page, press="Certifier le service fait", answer=409)
    yield Look(officer, page, press="La pièce est reçue", answer=422)
    yield Look(officer, page, press="Renvoyer la demande", answer=409)
    again = desk.claim(desk.award(2, ONCE))
    services.refuse(session, again.id, reason="Le RIB manque.", actor=desk.scene.officer, now=NOW)
    yield Look(desk.scene.authors[2], _payments(desk, 2))
    for path in ("", "?state=refused", "?state=paid", f"/{again.id}"):
        yield Look(officer, f"/instruction/versements{path}")
    plan = f"/instruction/versements/aides/{desk.award(3, HALVES).decision.id}"
    yield Look(officer, plan)
    wrong = {"parts-0-percent": "10"}
    yield Look(officer, plan, press="Enregistrer l’échéancier", fill=wrong, answer=409)


def ordered(session: Session, many: int) -> Iterator[Look]:
    """Every heap of orders, batches to sign and signed, what was paid before, accounts."""
    desk = Desk(session, 8)
    set_up(
        session,
        desk.scene,
        second_from=15_000_00,
        debtor="Fondation des quatre cantons",
        account=an_account(),
        pes=("063001", "063", "00"),
        **desk.opens,
    )
    finance, approver = (
        desk.scene.people[one] for one in (FunderRole.FINANCE, FunderRole.APPROVER)
    )
    paid, batch = _at_every_stage(desk)
    for state in ("to_prepare", "prepared", "approved", "paid", "rejected"):
        yield Look(finance, f"/finances/mandats?state={state}")
    yield Look(finance, "/finances/bordereaux")
    for who in (finance, approver, desk.scene.people[FunderRole.AUDITOR]):
        yield Look(who, f"/finances/bordereaux/{batch.batch_id}")
        yield Look(who, f"/finances/mandats/{batch.id}")
    heap = "/finances/mandats?state="
    yield Look(finance, f"{heap}to_prepare", press="Préparer les mandats", answer=422)
    yield Look(approver, f"{heap}prepared", press="Signer les mandats", answer=422)
    yield Look(finance, f"{heap}approved", press="Marquer comme payés", answer=422)
    sign = {"press": "Signer le bordereau", "answer": 409}
    yield Look(approver, f"/finances/bordereaux/{batch.batch_id}", **sign)
    signed = f"/finances/mandats/{paid.id}"
    for path in (signed, f"{signed}/decompte", f"/finances/attributions/{_decision(paid).id}"):
        yield Look(finance, path)
    yield Look(finance, signed, press="Afficher l’IBAN en entier")
    yield from _settings(desk)
    book = f"/finances/enveloppes/{desk.scene.envelope_id}/livre"
    for path in (book, "/finances/journal", "/finances/cloture"):
        yield Look(finance, path)
    yield from _accounts(desk)


def _settings(desk: Desk) -> Iterator[Look]:
    """How the funder pays, then with a change that waits for a second person."""
    finance, approver, auditor = (
        desk.scene.people[one]
        for one in (FunderRole.FINANCE, FunderRole.APPROVER, FunderRole.AUDITOR)
    )
    settings = f"/finances/reglages/{desk.scene.funder.id}"
    yield Look(finance, settings, press="Enregistrer", answer=409)
    services.propose_setting(
        desk.session,
        desk.scene.funder.id,
        second_from=20_000_00,
        debtor="Fonds des quatre cantons",
        account=None,
        actor=desk.scene.finance,
        now=NOW,
        **desk.opens,
    )
    yield Look(finance, settings)
    yield Look(approver, settings, press="Afficher l’IBAN en entier")
    yield Look(approver, settings, press="Confirmer le changement", answer=409)
    yield Look(auditor, settings)


def answered(session: Session, many: int) -> Iterator[Look]:
    """Files of the accounting office: what was found, what is left over, what differs."""
    desk = Desk(session, 3)
    finance, actor = desk.scene.people[FunderRole.FINANCE], desk.scene.finance
    orders = [
        an_approved_order(session, award, desk.claim(award))
        for award in (desk.award(0, ONCE), desk.award(1, ONCE))
    ]
    third = desk.award(2, ONCE)
    a_paid_order(session, third, desk.claim(third))
    day = f"{NOW:%d/%m/%Y}"
    told = f"{orders[0].number};Payé;{day};22999,98;\n{orders[1].number};Rejeté;{day};1;RIB\n"
    taken = _taken(desk, RETURN + told + FEE + TWICE)
    first = min(_left_over(desk, taken), key=lambda one: one.position)
    yield Look(finance, "/finances/retours")
    yield Look(finance, "/finances/retours", press="Importer le fichier", answer=409)
    yield Look(finance, f"/finances/retours/{taken.id}")
    yield Look(finance, "/finances/retours/restes")
    line = f"/finances/retours/lignes/{first.id}"
    yield Look(finance, line)
    yield Look(finance, line, press="Rapprocher", answer=422)
    yield Look(finance, line, press="Écarter la ligne", answer=409)
    for one in _left_over(desk, taken):
        services.set_aside(session, one.id, reason="Frais de la banque", actor=actor, now=NOW)
    yield Look(desk.scene.people[FunderRole.AUDITOR], "/finances/retours")


def lent(session: Session, many: int) -> Iterator[Look]:
    """Repayable advances: without a schedule, then with one, late in part."""
    scene = a_scene(session, applications=2, voted=500_000_00, section=Section.CAPITAL)
    entitle(session, scene.applications)
    items = [an_award(scene, nth, instrument=Instrument.ADVANCE) for nth in range(2)]
    act = a_deliberation(session, scene, *items, announced=True)
    of_it = select(Decision).where(Decision.deliberation_id == act.id)
    loans = session.scalars(of_it.order_by(Decision.position)).all()
    terms = Terms(first_on=date(2018, 10, 31), parts=3, every_months=3)
    parts = followup.plan_repayment(session, loans[0].id, terms, actor=scene.finance, now=NOW)
    for operation in ("order", "pay"):
        booked(session, operation, scene.envelope_id, loans[0].amount or 0, loans[0].id)
    followup.ask_back(session, parts[0].id, actor=scene.finance, now=NOW)
    finance = scene.people[FunderRole.FINANCE]
    for path in ("", f"/{loans[0].id}", f"/{loans[1].id}", "?state=waived"):
        yield Look(finance, f"/finances/avances{path}")
    unplanned = f"/finances/avances/{loans[1].id}"
    yield Look(finance, unplanned, press="Établir l’échéancier", answer=422)


def _at_every_stage(desk: Desk) -> tuple[PaymentOrder, PaymentOrder]:
    """An order that follows a paid one, and one of a batch of two; each heap holds something."""
    session, by = desk.session, {"actor": desk.scene.finance, "now": NOW}
    twice = desk.award(0, HALVES)
    a_paid_order(session, twice, desk.claim(twice))
    follows = an_approved_order(session, twice, desk.claim(twice, 1))
    ready = [desk.claim(desk.award(nth, ONCE)) for nth in (1, 2)]
    ready.append(desk.claim(desk.award(3, ONCE, amount=4_000_00)))
    for one in ready:
        services.certify(session, one.id, actor=desk.scene.officer, now=NOW)
    batch = services.prepare(session, [one.id for one in ready[1:]], **by)
    award = desk.award(4, ONCE)
    turned = an_order(session, award, desk.claim(award))
    services.reject(session, turned.id, reason="RIB illisible", **by)
    return follows, batch[0]


def _accounts(desk: Desk) -> Iterator[Look]:
    """A beneficiary who changed account: looked at, answered without a reason."""
    award = desk.award(5, HALVES)
    a_paid_order(desk.session, award, desk.claim(award, account=an_account(THIRD)))
    fresh = desk.claim(award, 1, account=an_account(OTHER), holder="Ateliers de la Brune")
    finance = desk.scene.people[FunderRole.FINANCE]
    page = f"/finances/coordonnees/{fresh.bank_details_id}"
    yield Look(finance, "/finances/coordonnees")
    yield Look(finance, page, press="Accepter le nouveau compte", answer=409)
    yield Look(finance, page, press="Afficher l’IBAN en entier")
    officer = desk.scene.people[FunderRole.OFFICER]
    yield Look(officer, f"/instruction/versements/{fresh.id}")
    yield Look(desk.scene.authors[5], _payments(desk, 5))


def _payments(desk: Desk, nth: int) -> str:
    return f"/dossiers/{desk.scene.applications[nth].id}/versements"


def _decision(order: PaymentOrder) -> Decision:
    return order.claim.instalment.decision


def _taken(desk: Desk, text: str) -> PaymentReturn:
    return services.take_in(
        desk.session,
        desk.scene.funder.id,
        kind=ReturnKind.CSV,
        name="retour-comptable-septembre-2018.csv",
        data=text.encode(),
        vault=VAULT,
        actor=desk.scene.finance,
        now=NOW,
    )


def _left_over(desk: Desk, taken: PaymentReturn) -> list[ReturnLine]:
    found = queries.lines_of(taken.id, viewer=desk.scene.finance)
    lines = desk.session.scalars(found).all()
    return [one for one in lines if one.state is LineState.OPEN]
