"""Grand Est's 2018 to 2020: rolling aids, conventions, an authorisation, an advance repaid."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from build.calls import a_call_from_template
from build.payments import VAULT
from build.year import (
    ONCE,
    TWICE,
    Authority,
    Dated,
    Line,
    Opening,
    a_scheme,
    act_of,
    agreed,
    an_authority,
    at,
    certified,
    filed,
    followed,
    held,
    opened,
    paid,
    planned,
    reported,
    voted,
)
from grants.calls.award import AwardRule, estimate
from grants.calls.models import Call
from grants.decisions.models import Instrument
from grants.followup import queries as advances
from grants.followup import services as followup
from grants.followup.models import PartState
from grants.followup.services import Terms
from grants.kernel.errors import Refused
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import ActKind, Section
from grants.payments import services as payments
from grants.payments.models import ConditionKind
from grants.payments.plan import Asked, Part
from grants.people.models import AidRegime, Funder, FunderKind
from grants.watch.services import rule_aid

OPERATING, CAPITAL = "ESS fonctionnement", "ESS investissement"
LOANS, PROGRAMME = "Avances remboursables", "URSCOP 2018-2020"
SIAE, EUROFENCE, URSCOP, CRESS = "Atelier des Vosges", "Eurofence", "URSCOP", "CRESS"
JOINERY = "Menuiserie coopérative"
JOBS = {"Mobilité Meuse": 9_000_01, "Les Mains vertes": 9_000_02, "Radio des rives": 7_500_00}
NETWORKS = [f"DLA {n:02}" for n in range(1, 11)] + ["DLA régional"]
SHARES = [36_363_64] * 7 + [36_363_63] * 4
PROVED = (
    Part(percent=80, label="Acompte", conditions=(Asked(ConditionKind.AGREEMENT),)),
    Part(percent=20, label="Solde", conditions=(Asked(ConditionKind.REPORT),)),
)
THIRDS = (
    Part(percent=40, label="2018"),
    Part(percent=30, label="2019"),
    Part(percent=30, label="2020"),
)


def budget(session: Session) -> Authority:
    """5 800 000 € and 2 000 000 €, an authorisation, and a transfer within what the law lets."""
    house = an_authority(session, "grand_est", "Grand Est", FunderKind.REGION)
    openings = (
        Opening(OPERATING),
        Opening(CAPITAL, Section.CAPITAL, "20421"),
        Opening(LOANS, Section.CAPITAL, "2748"),
        Opening(PROGRAMME, last_year=2020),
    )
    opened(session, house, 2018, *openings, on=date(2018, 1, 12))
    amounts = {OPERATING: 5_800_000_00, CAPITAL: 2_000_000_00, PROGRAMME: 135_000_00}
    act_of(session, house, Dated(ActKind.INITIAL, "BP", date(2018, 1, 26)), amounts)
    day, kind = date(2018, 2, 5), ActKind.TRANSFER
    too_much = {CAPITAL: -150_000_01, LOANS: 150_000_01}
    with pytest.raises(Refused, match=r"ledger\.not_fungible"), session.begin_nested():
        act_of(session, house, Dated(kind, "V 1", day), too_much)
    act_of(session, house, Dated(kind, "V 1", day), {CAPITAL: -60_000_00, LOANS: 60_000_00})
    change = payments.propose_setting(
        session, house.id, second_from=100_000_00, debtor="", account=None,
        vault=VAULT, **house.by("finance", day),
    )  # fmt: skip
    assert change is not None
    payments.confirm_setting(session, house.id, change.id, **house.by("approver", day))
    assert held(session, house, 2018) == {
        OPERATING: {"voted": 5_800_000_00, "available": 5_800_000_00},
        CAPITAL: {"voted": 1_940_000_00, "available": 1_940_000_00},
        LOANS: {"voted": 60_000_00, "available": 60_000_00},
        PROGRAMME: {"voted": 135_000_00, "available": 135_000_00},
    }
    for key, label in (("jobs", OPERATING), ("useful", CAPITAL), ("dla", OPERATING),
                       ("cress", OPERATING), ("urscop", PROGRAMME), ("loans", LOANS)):  # fmt: skip
        a_scheme(session, house, key, label)
    funder = session.get_one(Funder, house.id)
    bursaries = a_call_from_template(
        session, "bourse_emergence_scop_scic", grand_est=funder, opens_at=at(date(2018, 1, 3))
    )
    a_scheme(session, house, "bursary", OPERATING, call=bursaries)
    return house


def conventions(session: Session, house: Authority) -> None:
    """Eleven DLA share 400 000 € to the cent; the CRESS; three rolling aids; an investment."""
    assert sum(SHARES) == 400_000_00
    day = date(2018, 3, 23)
    for name, cents in zip(NETWORKS, SHARES, strict=True):
        filed(session, house, "dla", name, cents, on=day)
    for name, cents in JOBS.items():
        filed(session, house, "jobs", name, cents, on=day)
    filed(session, house, "cress", CRESS, 40_000_00, on=day)
    filed(session, house, "useful", SIAE, 180_000_01, on=day)
    lines = [Line(name, cents, OPERATING) for name, cents in zip(NETWORKS, SHARES, strict=True)]
    acts = [voted(session, house, "18CP-301", lines, on=day)]
    lines = [Line(name, cents, OPERATING) for name, cents in JOBS.items()]
    lines += [Line(CRESS, 40_000_00, OPERATING), Line(SIAE, 180_000_01, CAPITAL)]
    acts.append(voted(session, house, "18CP-302", lines, on=day))
    for act in acts:
        followed(session, house, act, on=date(2018, 3, 30))
    now = held(session, house, 2018)
    assert now[OPERATING]["committed"] == 465_500_03
    assert now[OPERATING]["available"] == 5_334_499_97
    assert now[CAPITAL] == {
        "voted": 1_940_000_00, "available": 1_759_999_99, "committed": 180_000_01,
    }  # fmt: skip
    planned(session, house, [*JOBS, CRESS], ONCE, on=date(2018, 4, 3))
    planned(session, house, NETWORKS, TWICE, on=date(2018, 4, 3))
    planned(session, house, [SIAE], PROVED, on=date(2018, 4, 3))
    lacks(session, house, 0, "agreement", on=date(2018, 4, 5))
    agreed(session, house, SIAE, on=date(2018, 4, 6))


def lacks(session: Session, house: Authority, nth: int, what: str, *, on: date) -> None:
    """An instalment of the investment is not certified before its condition is proved."""
    with pytest.raises(Refused, match=rf"claim\.missing_{what}"), session.begin_nested():
        certified(session, house, SIAE, nth, on=on)


def pays(session: Session, house: Authority) -> None:
    """A batch of sixteen orders, one above the threshold of the second signature."""
    first = [(name, 0) for name in (*NETWORKS, *JOBS, CRESS, SIAE)]
    made = paid(session, house, *first, on=date(2018, 4, 17))
    assert [one.serial for one in sorted(made, key=lambda one: one.serial)] == list(range(1, 17))
    assert [one.amount for one in made if one.needs_second] == [144_000_01]
    # 80 % of the eleven: 7 x 29 090.91 and 4 x 29 090.90.
    assert sum(one.amount for one in made) == 319_999_97 + 25_500_03 + 40_000_00 + 144_000_01


def december(session: Session, house: Authority) -> None:
    """The balances of the ten departments: 7 272.73 each, whichever share they had."""
    made = paid(session, house, *[(name, 1) for name in NETWORKS[:10]], on=date(2018, 12, 3))
    assert {one.batch.serial for one in made} == {5}
    assert sum(one.amount for one in made) == 72_727_30


def framework(session: Session, house: Authority) -> None:
    """URSCOP: at most 135 000 € over three years, committed once, drawn year by year."""
    day = date(2018, 4, 20)
    filed(session, house, "urscop", URSCOP, 135_000_00, on=day)
    act = voted(session, house, "18CP-410", [Line(URSCOP, 135_000_00, PROGRAMME)], on=day)
    followed(session, house, act, on=date(2018, 4, 27))
    assert years(session, house) == dict.fromkeys((2018, 2019, 2020), (45_000_00, 0))
    ledger.reschedule(
        session, house.files[URSCOP].decision_id,
        {2018: 54_000_00, 2019: 40_500_00, 2020: 40_500_00},
        key="avenant 1", on=date(2018, 5, 4), reason="Avenant n° 1",
        **house.by("finance", date(2018, 5, 4)),
    )  # fmt: skip
    planned(session, house, [URSCOP], THIRDS, on=date(2018, 5, 4))
    drawn(session, house, 2018, 54_000_00, nth=0, on=date(2018, 5, 14))


def drawn(session: Session, house: Authority, year: int, cents: int, *, nth: int, on: date) -> None:
    """A year's application agreement: its credits drawn, its instalment paid, not a cent more."""
    award, envelope = house.files[URSCOP].decision_id, house.envelopes[OPERATING, year]
    facts = {"on": on, "reason": f"Convention d’application {year}", **house.by("finance", on)}
    ledger.draw(session, award, envelope, cents, key=f"application {year}", **facts)
    with pytest.raises(Refused) as refused, session.begin_nested():
        ledger.draw(session, award, envelope, 1, key=f"de trop {year}", **facts)
    last = "exceeds_committed" if year == 2020 else "over_schedule"
    assert refused.value.code == f"ledger.{last}"
    (order,) = paid(session, house, (URSCOP, nth), on=on)
    assert (order.amount, order.envelope_id) == (cents, envelope)


def years(session: Session, house: Authority) -> dict[int, tuple[int, int]]:
    """What URSCOP is promised, and has drawn, year by year."""
    found = balances.schedule_of(session, house.files[URSCOP].decision_id)
    return {one.year: (one.planned, one.drawn) for one in found}


def bursary(session: Session, house: Authority) -> None:
    """61 future employee-members at 4 000 €; beyond de minimis, so under a scheme of its own."""
    call = session.get_one(Call, house.calls["bursary"])
    given = estimate(AwardRule.parse(call.award_rule), {"associes_salaries": 61})
    assert given.amount == 61 * 4_000_00 == 244_000_00
    day = date(2018, 6, 15)
    filed(session, house, "bursary", EUROFENCE, 244_000_00, on=day, legal_form="5499")
    lines = [Line(EUROFENCE, 244_000_00, OPERATING)]
    with pytest.raises(Refused) as refused, session.begin_nested():
        voted(session, house, "18CP-520", lines, on=day)
    told = refused.value
    assert (told.code, told.facts["most_cents"]) == ("watch.de_minimis", 200_000_00)
    rule_aid(
        session, house.files[EUROFENCE].id, house.id, regime=AidRegime.EXEMPTED,
        reference="SA.40453", **house.by("officer", day),
    )  # fmt: skip
    act = voted(session, house, "18CP-520", lines, on=day)
    followed(session, house, act, on=date(2018, 6, 22))
    planned(session, house, [EUROFENCE], ONCE, on=date(2018, 6, 25))
    (order,) = paid(session, house, (EUROFENCE, 0), on=date(2018, 7, 2))
    assert (order.amount, order.needs_second) == (244_000_00, True)


def advance(session: Session, house: Authority) -> None:
    """30 000.01 € lent over two years, to come back in three parts."""
    day, name = date(2018, 9, 14), JOINERY
    filed(session, house, "loans", name, 30_000_01, on=day)
    lines = [Line(name, 30_000_01, LOANS, Instrument.ADVANCE)]
    act = voted(session, house, "18CP-720", lines, on=day)
    followed(session, house, act, on=date(2018, 9, 21))
    planned(session, house, [name], TWICE, on=date(2018, 9, 24))
    paid(session, house, (name, 0), on=date(2018, 10, 1))
    parts = followup.plan_repayment(
        session, house.files[name].decision_id,
        Terms(first_on=date(2019, 3, 31), parts=3, every_months=3),
        **house.by("finance", date(2018, 10, 9)),
    )  # fmt: skip
    assert [(one.due_on, one.amount_cents) for one in parts] == [
        (date(2019, 3, 31), 10_000_01),
        (date(2019, 6, 30), 10_000_00),
        (date(2019, 9, 30), 10_000_00),
    ]


def repaid(session: Session, house: Authority) -> None:
    """All of the advance comes back; its last part from what was paid in both years."""
    award = house.files[JOINERY].decision_id
    for part in advances.schedule(session, award):
        followup.ask_back(session, part.id, **house.by("finance", part.due_on))
        followup.note_repaid(
            session, part.id, on=part.due_on, reference=f"T-{part.position}",
            **house.by("finance", part.due_on),
        )  # fmt: skip
    states = {one.state for one in advances.schedule(session, award)}
    assert states == {PartState.REPAID}


BEFORE_CLOSING = {
    OPERATING: {
        "voted": 5_800_000_00, "available": 5_036_499_97, "committed": 7_272_73,
        "paid": 756_227_30,
    },
    CAPITAL: {
        "voted": 1_940_000_00, "available": 1_759_999_99, "committed": 36_000_00,
        "paid": 144_000_01,
    },
    LOANS: {
        "voted": 60_000_00, "available": 29_999_99, "committed": 6_000_00, "paid": 24_000_01,
    },
    PROGRAMME: {"voted": 135_000_00, "committed": 81_000_00, "carried": 54_000_00},
}  # fmt: skip
AFTER_CLOSING = {
    OPERATING: {
        "voted": 5_800_000_00, "paid": 756_227_30, "carried": 7_272_73, "lapsed": 5_036_499_97,
    },
    CAPITAL: {
        "voted": 1_940_000_00, "paid": 144_000_01, "carried": 36_000_00,
        "lapsed": 1_759_999_99,
    },
    LOANS: {
        "voted": 60_000_00, "paid": 24_000_01, "carried": 6_000_00, "lapsed": 29_999_99,
    },
    PROGRAMME: BEFORE_CLOSING[PROGRAMME],
}  # fmt: skip


def next_budget(session: Session, house: Authority, year: int, cents: int) -> None:
    """The operating envelope of a later year."""
    opened(session, house, year, Opening(OPERATING), on=date(year, 1, 11))
    act_of(session, house, Dated(ActKind.INITIAL, "BP", date(year, 1, 18)), {OPERATING: cents})


def year_after(session: Session, house: Authority) -> None:
    """2019: what was attached and carried is paid; URSCOP's second year."""
    lacks(session, house, 1, "report", on=date(2019, 1, 30))
    reported(session, house, SIAE, 180_000_01, on=date(2019, 1, 31))
    made = paid(session, house, ("DLA régional", 1), (SIAE, 1), (JOINERY, 1), on=date(2019, 2, 4))
    assert sorted(one.amount for one in made) == [6_000_00, 7_272_73, 36_000_00]
    assert sorted(one.serial for one in made) == [1, 2, 3]
    drawn(session, house, 2019, 40_500_00, nth=1, on=date(2019, 5, 13))


def last_figures(session: Session, house: Authority) -> None:
    """Three years of figures, to the cent."""
    assert years(session, house) == {
        2018: (54_000_00, 54_000_00), 2019: (40_500_00, 40_500_00), 2020: (40_500_00, 40_500_00),
    }  # fmt: skip
    assert held(session, house, 2018) == {
        **AFTER_CLOSING,
        LOANS: {**AFTER_CLOSING[LOANS], "recovered": 24_000_01},
        PROGRAMME: {"voted": 135_000_00, "carried": 135_000_00},
    }
    assert held(session, house, 2019) == {
        OPERATING: {"voted": 5_007_272_73, "paid": 47_772_73, "lapsed": 4_959_500_00},
        CAPITAL: {"voted": 36_000_00, "paid": 36_000_00},
        LOANS: {"voted": 6_000_00, "paid": 6_000_00, "recovered": 6_000_00},
    }
    assert held(session, house, 2020) == {
        OPERATING: {"voted": 500_000_00, "available": 459_500_00, "paid": 40_500_00},
    }
