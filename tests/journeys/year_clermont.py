"""Clermont's 2018: three envelopes and two stakes, a withdrawal, a promotion; then a recovery."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from build.year import (
    ONCE,
    TWICE,
    Authority,
    Dated,
    Line,
    Opening,
    a_scheme,
    act_of,
    an_authority,
    at,
    certified,
    filed,
    followed,
    held,
    opened,
    paid,
    planned,
    voted,
    waits,
    withdrawn,
)
from grants.db import Database
from grants.decisions.models import Instrument, Proposal
from grants.kernel.errors import Refused
from grants.kernel.money import Amount, Cents
from grants.ledger.operations import ActKind, Section
from grants.people.models import FunderKind, Organisation
from grants.scenarios.models import WaitingPlace, WaitingState
from grants.scenarios.services import waiting
from grants.watch.services import Declared, declare_capital
from grants.withdrawals import services as withdrawals
from grants.withdrawals.models import Reason

DIRECT = "Soutien direct aux acteurs"
SUPPORT = "Soutien aux acteurs de l’accompagnement"
EVENTS = "Organisation d’événements"
STAKES = "Parts de SCIC"
RECYCLERIE, BRASSERIE, JARDINS = "Recyclerie des Dômes", "Brasserie du lien", "Jardins partagés"
EPICERIE, ALTER = "Épicerie solidaire", "AlterIncub"


def budget(session: Session) -> Authority:
    """The initial budget, then an amending decision that gives the stakes their credits."""
    house = an_authority(session, "clermont", "Clermont Auvergne", FunderKind.METROPOLIS)
    stakes = Opening(STAKES, Section.CAPITAL, "261")
    annual = [Opening(one) for one in (DIRECT, SUPPORT, EVENTS)]
    opened(session, house, 2018, *annual, stakes, on=date(2018, 1, 10))
    amounts = {DIRECT: 60_000_00, SUPPORT: 75_000_00, EVENTS: 15_000_00}
    act_of(session, house, Dated(ActKind.INITIAL, "BP", date(2018, 1, 19)), amounts)
    act_of(session, house, Dated(ActKind.AMENDING, "DM 1", date(2018, 2, 16)), {STAKES: 20_000_00})
    a_scheme(session, house, "direct", DIRECT)
    a_scheme(session, house, "support", SUPPORT)
    a_scheme(session, house, "events", EVENTS)
    a_scheme(session, house, "scic", STAKES)
    return house


def votes(session: Session, house: Authority) -> None:
    """Spring: everything direct is promised, one waits; conventions and events."""
    day = date(2018, 3, 16)
    asked = {
        "direct": {"CISCA": 10_000_00, BRASSERIE: 20_000_00, RECYCLERIE: 18_000_00,
                   JARDINS: 12_000_00, EPICERIE: 12_000_00},
        "support": {ALTER: 30_000_00, "CocoShaker": 20_000_00,
                    "France-Active Auvergne": 25_000_00},
        "events": {"Journée des acteurs": 5_000_00, "Trophées de l’ESS": 9_000_50},
    }  # fmt: skip
    for scheme, files in asked.items():
        for name, cents in files.items():
            filed(session, house, scheme, name, cents, on=day)
    given = [Line(name, cents, DIRECT) for name, cents in asked["direct"].items()]
    one = voted(session, house, "DEL20180316_010", [*given[:4], waits(EPICERIE)], on=day)
    assert held(session, house, 2018)[DIRECT] == {"voted": 60_000_00, "reserved": 60_000_00}
    two = voted(
        session,
        house,
        "DEL20180316_011",
        [Line(name, cents, SUPPORT) for name, cents in asked["support"].items()]
        + [Line(name, cents, EVENTS) for name, cents in asked["events"].items()],
        on=day,
    )
    for act in (one, two):
        followed(session, house, act, on=date(2018, 3, 23))
    assert held(session, house, 2018) == {
        DIRECT: {"voted": 60_000_00, "committed": 60_000_00},
        SUPPORT: {"voted": 75_000_00, "committed": 75_000_00},
        EVENTS: {"voted": 15_000_00, "available": 999_50, "committed": 14_000_50},
        STAKES: {"voted": 20_000_00, "available": 20_000_00},
    }
    _more_is_refused(session, house)


def _more_is_refused(session: Session, house: Authority) -> None:
    filed(session, house, "direct", "Un centime de trop", 1, on=date(2018, 3, 20))
    late = [Line("Un centime de trop", 1, DIRECT)]
    with pytest.raises(Refused, match=r"ledger\.insufficient"), session.begin_nested():
        voted(session, house, "DEL20180330_001", late, on=date(2018, 3, 30))


def pays(session: Session, house: Authority) -> None:
    """First instalments in April, in one batch for each day."""
    once = ["CISCA", JARDINS, "CocoShaker", "Journée des acteurs", "Trophées de l’ESS"]
    twice = [BRASSERIE, RECYCLERIE, ALTER, "France-Active Auvergne"]
    planned(session, house, once, ONCE, on=date(2018, 4, 3))
    planned(session, house, twice, TWICE, on=date(2018, 4, 3))
    first = paid(session, house, ("CISCA", 0), (BRASSERIE, 0), (RECYCLERIE, 0), on=date(2018, 4, 9))
    assert {one.batch.serial for one in first} == {1}
    assert sorted(one.serial for one in first) == [1, 2, 3]
    assert sum(one.amount for one in first) == 40_400_00
    second = [(ALTER, 0), ("CocoShaker", 0), ("France-Active Auvergne", 0),
              ("Journée des acteurs", 0), ("Trophées de l’ESS", 0)]  # fmt: skip
    made = paid(session, house, *second, on=date(2018, 4, 16))
    assert ({one.batch.serial for one in made}, sum(one.amount for one in made)) == (
        {2},
        78_000_50,
    )


def withdrawal_and_promotion(database: Database, house: Authority) -> None:
    """An award is given up, its credits come back, and the first that waits has its turn."""
    with database.transaction() as session:
        day = date(2018, 5, 11)
        file = house.files[EPICERIE]
        place = waiting.add(
            session, house.calls["direct"], house.envelopes[DIRECT, 2018], file.id,
            wanted=None, **house.by("officer", day),
        ).id  # fmt: skip
        assert waiting.look(session, now=at(day)) == 0
    with database.transaction() as session:
        day = date(2018, 5, 14)
        withdrawn(session, house, JARDINS, 12_000_00, Reason.NOT_CARRIED_OUT, on=day)
        assert held(session, house, 2018)[DIRECT] == {
            "voted": 60_000_00, "available": 12_000_00, "committed": 7_600_00, "paid": 40_400_00,
        }  # fmt: skip
    with database.transaction() as session:
        assert [waiting.look(session, now=at(date(2018, 5, 15))) for _ in range(2)] == [1, 0]
        offer = session.get_one(WaitingPlace, place)
        assert (offer.state, offer.offered) == (WaitingState.OFFERED, 12_000_00)
        assert "12\u202f000,00\u202f€" in offer.draft
        day = date(2018, 5, 16)
        waiting.accept(session, place, draft_text=offer.draft, **house.by("officer", day))
        (proposal,) = session.scalars(select(Proposal)).all()
        assert (proposal.amount, proposal.application_id) == (12_000_00, file.id)
    with database.transaction() as session:
        again = [Line(EPICERIE, 12_000_00, DIRECT)]
        act = voted(session, house, "DEL20180622_004", again, on=date(2018, 6, 22))
        followed(session, house, act, on=date(2018, 6, 29))
        planned(session, house, [EPICERIE], ONCE, on=date(2018, 7, 2))
        paid(session, house, (EPICERIE, 0), on=date(2018, 7, 3))


def stakes(session: Session, house: Authority) -> None:
    """Two SCICs: public holders may have half of the capital together, and not a share more."""
    day = date(2018, 9, 28)
    for name in ("Epicentre Factory", "SoCoop"):
        filed(session, house, "scic", name, 10_000_00, on=day, legal_form="5560")
    _declared(session, house, "Epicentre Factory", (50_000_00, 20_000_00), on=date(2018, 9, 1))
    _declared(session, house, "SoCoop", (30_000_00, 10_000_01), on=date(2018, 9, 1))
    lines = [
        Line(name, 10_000_00, STAKES, Instrument.EQUITY) for name in ("Epicentre Factory", "SoCoop")
    ]
    with pytest.raises(Refused) as refused, session.begin_nested():
        voted(session, house, "DEL20180928_021", lines, on=day)
    assert (refused.value.code, refused.value.facts["title"]) == ("watch.capital_share", "SoCoop")
    _declared(session, house, "SoCoop", (30_000_00, 10_000_00), on=date(2018, 9, 20))
    act = voted(session, house, "DEL20180928_021", lines, on=day)
    followed(session, house, act, on=date(2018, 10, 5))
    names = [one.name for one in lines]
    planned(session, house, names, ONCE, on=date(2018, 10, 8))
    paid(session, house, *[(name, 0) for name in names], on=date(2018, 10, 15))


def _declared(
    session: Session, house: Authority, name: str, capital: tuple[int, int], *, on: date
) -> None:
    applicant = house.files[name].applicant
    (organisation_id,) = applicant.organisations
    assert session.get_one(Organisation, organisation_id).legal_form == "5560"
    declared = Declared(held_on=on, total_cents=Cents(capital[0]), public_cents=Cents(capital[1]))
    declare_capital(session, organisation_id, declared, actor=applicant, now=at(date(2018, 9, 25)))


def autumn(session: Session, house: Authority) -> None:
    """Balances; what AlterIncub did is certified, and ordered too late for the year."""
    paid(session, house, (BRASSERIE, 1), ("France-Active Auvergne", 1), on=date(2018, 11, 12))
    certified(session, house, ALTER, 1, on=date(2018, 12, 20))
    assert held(session, house, 2018) == {
        DIRECT: {"voted": 60_000_00, "committed": 3_600_00, "paid": 56_400_00},
        SUPPORT: {"voted": 75_000_00, "committed": 6_000_00, "paid": 69_000_00},
        EVENTS: {"voted": 15_000_00, "available": 999_50, "paid": 14_000_50},
        STAKES: {"voted": 20_000_00, "paid": 20_000_00},
    }


AFTER_CLOSING = {
    DIRECT: {"voted": 60_000_00, "paid": 56_400_00, "carried": 3_600_00},
    SUPPORT: {"voted": 75_000_00, "paid": 69_000_00, "carried": 6_000_00},
    EVENTS: {"voted": 15_000_00, "paid": 14_000_50, "lapsed": 999_50},
    STAKES: {"voted": 20_000_00, "paid": 20_000_00},
}


def next_budget(session: Session, house: Authority) -> None:
    """2019 is voted before 2018 is closed; the two years' envelopes have the same names."""
    annual = [Opening(one) for one in (DIRECT, SUPPORT, EVENTS)]
    opened(session, house, 2019, *annual, on=date(2019, 1, 11))
    amounts = {DIRECT: 60_000_00, SUPPORT: 75_000_00, EVENTS: 15_000_00}
    act_of(session, house, Dated(ActKind.INITIAL, "BP", date(2019, 1, 18)), amounts)


def year_after(session: Session, house: Authority, claim: object) -> None:
    """What was carried is paid; a sum paid in the closed year is asked back, and comes back."""
    made = paid(session, house, (RECYCLERIE, 1), on=date(2019, 3, 4), claims=[claim])
    assert sorted(one.amount for one in made) == [3_600_00, 6_000_00]
    day = date(2019, 5, 6)
    row = withdrawn(session, house, "CISCA", 2_500_37, Reason.UNSPENT, on=day)
    withdrawals.ask_back(session, row, title="2019-T-7", on=day, **house.by("finance", day))
    asked = held(session, house, 2018)[DIRECT]
    assert (asked["claimed"], asked.get("available", 0)) == (2_500_37, 0)
    for cents, back in ((1_000_00, date(2019, 6, 11)), (1_500_37, date(2019, 7, 8))):
        act = house.by("finance", back)
        withdrawals.recover(session, row, amount=Amount(cents), on=back, **act)
    with pytest.raises(Refused, match=r"withdrawal\.beyond_award"), session.begin_nested():
        withdrawn(session, house, "CISCA", 7_499_64, Reason.UNSPENT, on=date(2019, 7, 29))


def last_figures(session: Session, house: Authority) -> None:
    """Money that comes back in a closed year gives no credit back, in that year or the next."""
    direct = {**AFTER_CLOSING[DIRECT], "recovered": 2_500_37}
    assert held(session, house, 2018) == {**AFTER_CLOSING, DIRECT: direct}
    assert held(session, house, 2019) == {
        DIRECT: {"voted": 63_600_00, "available": 60_000_00, "paid": 3_600_00},
        SUPPORT: {"voted": 81_000_00, "available": 75_000_00, "paid": 6_000_00},
        EVENTS: {"voted": 15_000_00, "available": 15_000_00},
    }
