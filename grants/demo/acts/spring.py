"""This year, until the autumn: a budget, votes, letters, agreements, payments, what comes back.

Everything is of one fiscal year, whenever the demonstration is given: early in a year, it is the
one before.
"""

from __future__ import annotations

from collections.abc import Sequence

from grants.demo.acts import bureau, courts_circuits, purse
from grants.demo.acts.days import ADVANCES, CLERMONT, DIRECT, FRAMEWORK, YEARLY, Days
from grants.demo.cast import CLERMONT_STAFF, MULHOUSE_STAFF, NEXT_VOTE, THIS_YEAR, Candidate
from grants.demo.moves import applying, budget, calls, judging, treasury, workshop
from grants.demo.theatre import Theatre, identifier

SCHEME = "clermont_direct"
STAFF = CLERMONT_STAFF


def play(theatre: Theatre) -> None:
    """From the closing of past years to what still waits at the end of the summer."""
    theatre.clock.back_to_present()
    days = Days(theatre.clock.now())
    theatre.say("Cette année : anciens exercices clos, budget voté")
    theatre.move_to(days.at(155))
    close_past_years(theatre)
    open_year(theatre, days)
    call_id = publish(theatre, days)
    theatre.say("Cette année : onze demandes de soutien direct")
    theatre.move_to(days.at(140))
    apply_all(theatre, THIS_YEAR, days.year)
    theatre.move_to(days.at(125))
    theatre.enter(STAFF["officer"])
    judging.receive(theatre, STAFF["officer"], call_id)
    theatre.say("Cette année : le conseil, le bureau en séance")
    theatre.awards |= bureau.decide(theatre, call_id, days)
    theatre.say("Cette année : courriers, conventions, versements")
    purse.follow(theatre, call_id, days)
    theatre.move_to(days.at(60))
    amend(theatre, days)
    theatre.move_to(days.at(5))
    apply_all(theatre, NEXT_VOTE, days.year)
    if not days.is_current:
        purse.claim_again(theatre)  # the year will be over
    theatre.sights["year_call"] = f"{calls.CALLS}/{call_id}"


def close_past_years(theatre: Theatre) -> None:
    """What was left of the oldest years lapses, by a signed list; 2018 and 2019 are still open."""
    finance, others = STAFF["finance"], MULHOUSE_STAFF["finance"]
    theatre.enter(finance)
    theatre.enter(others)
    treasury.close_year(theatre, finance, 2016, CLERMONT)
    theatre.sights["closing"] = treasury.year_end(theatre, finance, 2019, CLERMONT)
    for name, _amount in courts_circuits.FUNDERS.values():
        theatre.sights["closed"] = treasury.close_year(theatre, others, 2017, name)


def open_year(theatre: Theatre, days: Days) -> None:
    """The budget as it is voted in the winter: two envelopes, advances, an authorisation."""
    keeper, finance = STAFF["administrator"], STAFF["finance"]
    theatre.enter(keeper)
    book = budget.open_book(theatre, keeper, CLERMONT, days.year)
    act = f"Budget primitif {days.year}"
    budget.open_envelope(book, DIRECT, "100 000", act=act)
    budget.open_envelope(book, YEARLY, "30 000", act=act)
    budget.open_envelope(book, ADVANCES, "40 000", act=act, section="capital", nature="2748")
    year = identifier(book.link(r"/enveloppes/nouvelle$"))
    treasury.open_authorisation(theatre, finance, year, FRAMEWORK, last_year=days.year + 2)
    treasury.record_act(
        theatre,
        finance,
        year,
        {FRAMEWORK: "135 000"},
        kind="initial",
        number=f"AE {days.year}-1",
        on=days.before(155),
        words="Autorisation d’engagement de la convention-cadre, sur trois ans",
    )
    theatre.sights["year_book"] = year


def publish(theatre: Theatre, days: Days) -> str:
    """A call that receives all year round, out of three envelopes."""
    officer = STAFF["officer"]
    theatre.enter(officer)
    call_id = calls.prepare(
        theatre,
        officer,
        SCHEME,
        edition=str(days.year),
        slug=f"soutien-direct-{days.year}",
        opens=days.before(155),
        closes=None,
        choices={"funder_clermont": CLERMONT, "envelope_direct": f"{days.year} — {DIRECT}"},
    )
    for label in (FRAMEWORK, ADVANCES):
        workshop.link_envelope(theatre, officer, call_id, f"{days.year} — {label}")
    calls.publish(theatre, officer, call_id)
    return call_id


def apply_all(theatre: Theatre, candidates: Sequence[Candidate], year: int) -> None:
    """Organisations that have their account already come back with another project."""

    def come(candidate: Candidate) -> None:
        theatre.enter(candidate.person)
        applying.apply(theatre, candidate, slug=f"soutien-direct-{year}", scheme=SCHEME)

    theatre.everyone(come, candidates)


def amend(theatre: Theatre, days: Days) -> None:
    """The assembly adds to the envelope that was used up: who waits first is offered their part."""
    finance = STAFF["finance"]
    theatre.enter(finance)
    treasury.record_act(
        theatre,
        finance,
        theatre.sights["year_book"],
        {DIRECT: "72 000"},
        kind="amending",
        number=f"DM {days.year}-1",
        on=days.before(60),
        words="Crédits supplémentaires pour le soutien direct",
    )
