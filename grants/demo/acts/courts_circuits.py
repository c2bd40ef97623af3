"""2017: Courts-circuits. Three funders, eighteen projects, mentoring, two juries, two prizes.

The sources name no amount: those of the prizes are the demonstration's own. The final itself,
with its hearings, its vote and its meeting, is played by `final`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial

from grants.demo.acts import final
from grants.demo.browser import Page
from grants.demo.cast import (
    BUSINESS_JURY,
    CITIZEN_JURY,
    COURTS_CIRCUITS,
    MULHOUSE_STAFF,
    Candidate,
)
from grants.demo.moves import applying, budget, calls, deciding, judging, paying
from grants.demo.theatre import Theatre

SCHEME, SLUG = "courts_circuits", "courts-circuits-2017"
ENVELOPE = "Courts-circuits"
FUNDERS = {
    "m2a": ("Mulhouse Alsace Agglomération", "4 000"),
    "mulhouse": ("Ville de Mulhouse", "2 500"),
    "mef": ("Maison de l’Emploi et de la Formation Mulhouse Sud Alsace", "1 000"),
}
FINALISTS = 6
STAFF = MULHOUSE_STAFF
KNOWING, KNOWN = BUSINESS_JURY[1], COURTS_CIRCUITS[7]
"""A business leader withdraws from this file: from the selection on, and in the final too."""


def play(theatre: Theatre) -> None:
    """From the partnership of three funders to the prizes paid."""
    theatre.say("2017 : Courts-circuits, dix-huit projets")
    call_id = publish(theatre)
    theatre.move_to(datetime(2017, 9, 28, 16, tzinfo=UTC))
    applying.arrive(theatre, COURTS_CIRCUITS, first_rank=300)
    submit = partial(applying.apply, theatre, slug=SLUG, scheme=SCHEME)
    theatre.everyone(submit, COURTS_CIRCUITS)
    theatre.say("2017 : sélection sur dossier")
    finalists = select(theatre, call_id)
    by_business, by_public = final.play(theatre, call_id, finalists)
    theatre.say("2017 : deux prix, votés et payés")
    award(theatre, call_id, finalists, by_business, by_public)


def publish(theatre: Theatre) -> str:
    """Each funder brings an envelope; the agglomeration leads."""
    theatre.move_to(datetime(2017, 9, 4, 7, tzinfo=UTC))
    keeper, officer = STAFF["administrator"], STAFF["officer"]
    theatre.enter(keeper)
    for name, amount in FUNDERS.values():
        book = budget.open_book(theatre, keeper, name, 2017)
        act = "Budget primitif 2017 (montant de démonstration)"
        budget.open_envelope(book, ENVELOPE, amount, act=act, nature="6513")
    theatre.enter(officer)
    choices = {f"funder_{key}": name for key, (name, _amount) in FUNDERS.items()}
    choices |= {f"envelope_{key}": f"{name} 2017" for key, (name, _amount) in FUNDERS.items()}
    return calls.make(
        theatre,
        officer,
        SCHEME,
        edition="2017",
        slug=SLUG,
        opens=date(2017, 9, 4),
        closes=date(2017, 10, 6),
        choices=choices,
    )


def select(theatre: Theatre, call_id: str) -> list[Candidate]:
    """The selection committee reads every file; the best go on to mentoring."""
    theatre.move_to(datetime(2017, 10, 9, 7, tzinfo=UTC))
    officer = STAFF["officer"]
    theatre.enter(officer)
    judging.receive(theatre, officer, call_id)
    committee = [*BUSINESS_JURY[:2], *CITIZEN_JURY[:2]]
    jury = calls.jury(theatre, officer, call_id, "Comité de sélection")
    judging.seat(theatre, officer, jury, committee)
    judging.share_out(theatre, officer, jury)
    judging.everyone_scores(theatre, jury, committee, known={KNOWING.email: KNOWN.title})
    judging.close(theatre, officer, jury)
    ranking = theatre.browser(officer).get(f"{jury}/classement")
    ranked = judging.in_order(ranking, COURTS_CIRCUITS)
    finalists, others = ranked[:FINALISTS], ranked[FINALISTS:]
    drafts = theatre.drafts
    chosen = [drafts[one.organisation] for one in finalists]
    judging.sort_out(theatre, officer, call_id, chosen, act="shortlist")
    left = [drafts[one.organisation] for one in others]
    judging.sort_out(theatre, officer, call_id, left, act="eliminate")
    return finalists


def award(
    theatre: Theatre,
    call_id: str,
    finalists: Sequence[Candidate],
    by_business: Sequence[Candidate],
    by_public: Sequence[Candidate],
) -> None:
    """The agglomeration votes the prix du jury, the city the prix du public; both are paid."""
    theatre.move_to(datetime(2017, 12, 11, 18, tzinfo=UTC))
    officer = STAFF["officer"]
    theatre.enter(officer)
    of_jury = by_business[0]
    of_public = next(one for one in by_public if one is not of_jury)
    others = [one for one in COURTS_CIRCUITS if one not in (of_jury, of_public)]
    reasons = {
        True: "Le projet a été défendu en finale sans recevoir de prix.",
        False: "Le projet n’a pas été retenu à l’issue de la sélection sur dossier.",
    }
    drafts = theatre.drafts
    first = {drafts[of_jury.organisation]: prize("4 000", "Prix du jury")}
    first |= {
        drafts[one.organisation]: deciding.Proposal("refusal", reason=reasons[one in finalists])
        for one in others
    }
    second = {drafts[of_public.organisation]: prize("2 500", "Prix du public")}
    pages = [
        decide(theatre, call_id, "Mulhouse Alsace", first, "2017-12-D081", seats=103, present=78),
        decide(theatre, call_id, "Ville de Mulhouse", second, "2017-12-V044", seats=55, present=49),
    ]
    theatre.move_to(datetime(2017, 12, 18, 9, tzinfo=UTC))
    for page in pages:
        deciding.announce(theatre, officer, page.path, executory_on=date(2017, 12, 15))
    pay(theatre, [of_jury, of_public])


def prize(amount: str, words: str) -> deciding.Proposal:
    """A sum of money with the name of a jury."""
    return deciding.Proposal("award", "prize", amount, ENVELOPE, words)


def decide(
    theatre: Theatre,
    call_id: str,
    funder: str,
    proposals: dict[str, deciding.Proposal],
    number: str,
    *,
    seats: int,
    present: int,
) -> Page:
    """One funder's own table and deliberation."""
    officer = STAFF["officer"]
    home = theatre.browser(officer).get(f"{deciding.CALLS}/{call_id}/decision")
    address = f"{deciding.CALLS}/{call_id}/decision"
    others = [link for link, text in home.links if address in link and funder in text]
    table = others[0] if others else address
    deciding.propose(theatre, officer, table, proposals)
    vote = deciding.Session(
        number=number,
        object="Courts-circuits 2017 : attribution des prix",
        held_on=date(2017, 12, 11),
        seats=seats,
        present=present,
        represented=4,
        votes_for=present + 4,
    )
    return deciding.plan(deciding.deliberate(theatre, officer, table, vote))


def pay(theatre: Theatre, winners: Sequence[Candidate]) -> None:
    """Both prizes, by transfer."""
    theatre.move_to(datetime(2017, 12, 20, 9, tzinfo=UTC))
    for rank, one in enumerate(winners, 40):
        theatre.enter(one.person)
        deciding.take_note(theatre, one, theatre.drafts[one.organisation])
        paying.claim(theatre, one, theatre.drafts[one.organisation], rank=rank)
    for role in ("officer", "finance", "approver"):
        theatre.enter(STAFF[role])
    paying.certify_all(theatre, STAFF["officer"])
    paying.order_all(theatre, STAFF["finance"])
    paying.sign_all(theatre, STAFF["approver"])
    paying.pay_all(theatre, STAFF["finance"], on=date(2017, 12, 20), reference="Bordereau 871")
