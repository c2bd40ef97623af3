"""Payments: an announced award, its instalments, a claim and its order, as far as wanted."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_scene
from build.people import acting_as
from grants.decisions.models import Decision
from grants.decisions.services import Item, acknowledge
from grants.files.models import StoredFile
from grants.kernel.access import Actor, FunderRole
from grants.kernel.bank import Vault
from grants.payments import services
from grants.payments.bank import BankAccount, read_account
from grants.payments.models import Claim, Instalment, PaymentOrder
from grants.payments.plan import Part

_serial = count(1)

IBAN = "FR7630006000011234567890189"
VAULT = Vault(b"the key of the tests, 32 bytes..")
EIGHTY_TWENTY = (
    Part(percent=80, label="Acompte"),
    Part(percent=20, label="Solde", condition="Sur présentation du bilan"),
)
ONCE = (Part(percent=100, label="Versement unique"),)


@dataclass
class Award:
    """An announced award of a scene, cut into instalments."""

    scene: Scene
    decision: Decision
    instalments: list[Instalment]
    applicant: Actor


def an_award_to_pay(
    session: Session,
    *items: Item,
    scene: Scene | None = None,
    parts: tuple[Part, ...] = EIGHTY_TWENTY,
) -> Award:
    """10 000 € in two instalments, decided, announced, and read by the applicant."""
    scene = scene or a_scene(session)
    deliberation = a_deliberation(session, scene, *items, announced=True)
    decisions = session.scalars(
        select(Decision)
        .where(Decision.deliberation_id == deliberation.id)
        .order_by(Decision.position)
    ).all()
    decision = decisions[0]
    instalments = services.plan_instalments(
        session, decision.id, parts=parts, actor=scene.officer, now=NOW
    )
    about = {one.application_id for one in decisions}
    for application, author in zip(scene.applications, scene.authors, strict=False):
        if application.id in about:
            reader = acting_as(session, author)
            acknowledge(session, application.id, deliberation.id, actor=reader, now=NOW)
    return Award(scene, decision, list(instalments), acting_as(session, scene.author))


def an_account(iban: str = IBAN) -> BankAccount:
    """An account that checks out."""
    return read_account(iban)


def beneficiary_of(award: Award) -> str:
    """The name of the organisation that the applicant acts for."""
    theirs = (one for one in award.scene.applications if one.author_id == award.applicant.id)
    return next(theirs, award.scene.applications[0]).organisation.name


def a_claim(session: Session, award: Award, nth: int = 0, **given: object) -> Claim:
    """The beneficiary asks to be paid the nth instalment."""
    details = {"account": an_account(), "holder": beneficiary_of(award), "vault": VAULT}
    return services.submit_claim(
        session,
        award.instalments[nth].id,
        actor=award.applicant,
        now=NOW,
        **{**details, **given},
    )


def an_order(session: Session, award: Award, claim: Claim | None = None) -> PaymentOrder:
    """A prepared order for a certified claim."""
    claim = claim or a_claim(session, award)
    services.certify(session, claim.id, actor=award.scene.officer, now=NOW)
    return services.prepare(session, [claim.id], actor=award.scene.finance, now=NOW)[0]


def an_approved_order(session: Session, award: Award, claim: Claim | None = None) -> PaymentOrder:
    """An order that a second person signed."""
    order = an_order(session, award, claim)
    return services.approve(session, [order.id], actor=award.scene.approver, now=NOW)[0]


def a_paid_order(session: Session, award: Award, claim: Claim | None = None) -> PaymentOrder:
    """An order paid on the day of the tests."""
    order = an_approved_order(session, award, claim)
    return services.pay(
        session,
        [order.id],
        on=NOW.date(),
        reference="Bordereau 12",
        actor=award.scene.finance,
        now=NOW,
    )[0]


def a_document(session: Session, person_id: object, name: str = "rib.pdf") -> StoredFile:
    """A row of a document; its bytes are nowhere."""
    stored = StoredFile(
        sha256=f"{next(_serial):064x}",
        size=1234,
        media_type="application/pdf",
        name=name,
        uploaded_by=person_id,
    )
    session.add(stored)
    session.flush()
    return stored


def set_up(
    session: Session,
    scene: Scene,
    *,
    second_from: int | None = None,
    debtor: str = "",
    account: BankAccount | None = None,
    pes: tuple[str, str, str] = ("", "", ""),
    vault: Vault = VAULT,
) -> None:
    """How the funder of a scene pays: one person proposes, another confirms."""
    first, funder_id = {"actor": scene.finance, "now": NOW}, scene.funder.id
    services.set_codes(session, funder_id, pes=pes, **first)
    asked = {"second_from": second_from, "debtor": debtor, "account": account, "vault": vault}
    change = services.propose_setting(session, funder_id, **asked, **first)
    if change is not None:
        second = scene.actors[FunderRole.APPROVER]
        services.confirm_setting(session, funder_id, change.id, actor=second, now=NOW)
