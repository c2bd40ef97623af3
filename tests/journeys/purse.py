"""An authority that pays by itself, for the finance officer's journey: what others did before."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from build.people import PASSWORD_HASH, a_siret
from build.year import (
    Authority,
    Line,
    Opening,
    a_scheme,
    an_authority,
    at,
    filed,
    followed,
    opened,
    planned,
    voted,
)
from config import Settings
from grants.kernel.bank import Vault
from grants.ledger.operations import Section
from grants.payments import services as payments
from grants.payments.bank import read_account
from grants.payments.models import ConditionKind
from grants.payments.plan import Asked, Part
from grants.people.models import Funder, FunderKind, Person
from journeys.stage import Stage

DIRECT, STAKES, PROGRAMME = "Soutien aux acteurs", "Parts de SCIC", "Réseaux 2018-2020"
BIKES, RADIO, CANNERY, NETWORK = "Vélos du canal", "Radio libre", "La conserverie", "Union des Scop"
SIRET = a_siret()
IBAN, OTHER = "FR7630006000011234567890189", "FR1420041010050500013M02606"
HALVES = (
    Part(percent=50, label="Acompte", conditions=(Asked(ConditionKind.COFUNDER, "Région"),)),
    Part(percent=50, label="Solde"),
)
ONCE = (Part(percent=100, label="Versement unique"),)
AWARDS = {BIKES: 20_000_00, RADIO: 5_000_00, CANNERY: 8_000_50}


def a_purse(stage: Stage) -> Authority:
    """Its people, its year with two envelopes and an authorisation, and not a cent yet."""
    day = date(2018, 1, 10)
    with stage.session() as session:
        house = an_authority(session, "canal", "Fondation du canal", FunderKind.PARTNER)
        for one in house.people.values():
            session.get_one(Person, one).password_hash = PASSWORD_HASH
        session.get_one(Funder, house.id).siret = SIRET
        opened(
            session,
            house,
            2018,
            Opening(DIRECT),
            Opening(STAKES, Section.CAPITAL, "261"),
            Opening(PROGRAMME, last_year=2020),
            on=day,
        )
        a_scheme(session, house, "direct", DIRECT)
        a_scheme(session, house, "networks", PROGRAMME)
    return house


def the_council_votes(stage: Stage, house: Authority) -> None:
    """Three awards of the year and one of three years: executory, told, cut into instalments."""
    day = date(2018, 3, 16)
    with stage.session() as session:
        for name, cents in AWARDS.items():
            filed(session, house, "direct", name, cents, on=day)
        filed(session, house, "networks", NETWORK, 90_000_00, on=day)
        lines = [Line(name, cents, DIRECT) for name, cents in AWARDS.items()]
        act = voted(
            session, house, "18-CA-031", [*lines, Line(NETWORK, 90_000_00, PROGRAMME)], on=day
        )
        followed(session, house, act, on=date(2018, 3, 23))
        planned(session, house, [BIKES], HALVES, on=date(2018, 3, 26))
        planned(session, house, [RADIO, CANNERY], ONCE, on=date(2018, 3, 26))


def they_claim(
    stage: Stage, house: Authority, name: str, nth: int = 0, *, iban: str = IBAN, on: date
) -> UUID:
    """The beneficiary asks for an instalment, on an account that this very site can read."""
    vault = Vault(Settings.from_env(stage.checkout.env).secret_key.encode())
    file = house.files[name]
    with stage.session() as session:
        return payments.submit_claim(
            session,
            file.instalments[nth],
            account=read_account(iban),
            holder=name,
            vault=vault,
            actor=file.applicant,
            now=at(on),
        ).id


def they_certify(stage: Stage, house: Authority, claim_id: UUID, *, on: date) -> None:
    """The officer certifies a claim."""
    with stage.session() as session:
        payments.certify(session, claim_id, **house.by("officer", on))
