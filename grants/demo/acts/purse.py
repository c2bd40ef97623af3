"""From the vote to the bank: who takes note, agreements, claims, orders, what comes back."""

from __future__ import annotations

from grants.demo.acts.bureau import FRAMED, GIVEN, LENT, REFUSED, WAITING, by_name, candidate
from grants.demo.acts.days import DIRECT, YEARLY, Days
from grants.demo.cast import CLERMONT_STAFF, Candidate
from grants.demo.moves import deciding, paying, sharing, telling, treasury
from grants.demo.theatre import Theatre

STAFF = CLERMONT_STAFF
OFFICER, FINANCE, APPROVER = STAFF["officer"], STAFF["finance"], STAFF["approver"]
PAID_FIRST = {
    FRAMED: "29 700,00",
    "Les Ateliers du Lien": "9 600,00",
    "Radio Puys": "8 000,00",
    "Écho-Logis": "14 400,00",
    "Sport pour chacun": "11 200,00",
    "L’Escale entrepreneuse": "12 800,00",
    LENT: "15 000,00",
}
FIRST_ACCOUNT, OTHER_ACCOUNT = 700, 800
CLOSED_ACCOUNT = "Les Ateliers du Lien"
TO_SIGN, TO_ORDER, MOVING = "Sport pour chacun", "L’Escale entrepreneuse", "Radio Puys"
CONTESTED = next(iter(REFUSED))
GROUNDS = (
    "Le serveur n’est pas un frais courant : c’est un outil nouveau, ouvert à quarante "
    "associations. Nous joindrons la liste de celles qui s’y sont engagées."
)
ANSWER = (
    "Nous avons relu votre demande. Les dépenses présentées sont, pour les neuf dixièmes, des "
    "abonnements et de la maintenance, que le règlement de l’appel exclut. La décision est "
    "confirmée ; un projet d’équipement pourra être présenté l’an prochain."
)
YEARS = (("33", "Première année"), ("33", "Deuxième année"), ("34", "Troisième année"))


def follow(theatre: Theatre, call_id: str, days: Days) -> None:
    """Everything that follows the votes, until the end of the summer."""
    theatre.move_to(days.at(108))
    take_note(theatre, [*GIVEN, FRAMED, LENT, CONTESTED])
    theatre.enter(OFFICER)
    plan(theatre)
    sharing.wait(theatre, OFFICER, call_id, candidate(WAITING).title, envelope=DIRECT)
    agree(theatre, days)
    claim_first(theatre)
    theatre.move_to(days.at(100))
    pay_first(theatre)
    theatre.move_to(days.at(90))
    hear_back(theatre, days)


def take_note(theatre: Theatre, names: list[str]) -> None:
    """Those who were told read what was decided."""

    def read(name: str) -> None:
        one = candidate(name)
        theatre.enter(one.person)
        deciding.take_note(theatre, one, by_name(theatre, name))

    theatre.everyone(read, names)


def plan(theatre: Theatre) -> None:
    """Every grant as usual, the framework agreement year by year, the advance at once."""
    browser = theatre.browser(OFFICER)
    framed = candidate(FRAMED).title
    for title, award in theatre.awards.items():
        page = browser.get(f"/instruction/versements/aides/{award}")
        typed: dict[str, str] = {}
        if title == framed:
            for at, (percent, label) in enumerate(YEARS):
                typed |= {f"parts-{at}-percent": percent, f"parts-{at}-label": label}
        page.send(typed, to="/versements/aides/")


def agree(theatre: Theatre, days: Days) -> None:
    """The framework agreement is signed by both sides, and its first year's credits drawn."""
    one, award = candidate(FRAMED), theatre.awards[candidate(FRAMED).title]
    made = telling.draft_agreement(theatre, OFFICER, award)
    telling.sign(theatre, one, by_name(theatre, FRAMED), capacity="gérante")
    theatre.enter(STAFF["elected"])
    telling.countersign(theatre, OFFICER, STAFF["elected"], made, on=days.before(108))
    theatre.enter(FINANCE)
    treasury.draw_year(theatre, FINANCE, award, f"{days.year}, {YEARLY}", "30 000")
    theatre.sights["agreement"] = made
    theatre.sights["framework"] = f"/finances/attributions/{award}"


def claim_first(theatre: Theatre) -> None:
    """Beneficiaries who have just read their letter claim what is due, the same morning."""

    def claim(ranked: tuple[int, str]) -> None:
        rank, name = ranked
        paying.claim(theatre, candidate(name), by_name(theatre, name), rank=rank)

    theatre.everyone(claim, list(enumerate(PAID_FIRST, FIRST_ACCOUNT)))


def pay_first(theatre: Theatre) -> None:
    """The first claims are certified, ordered in one batch and signed."""
    for one in (OFFICER, FINANCE, APPROVER):
        theatre.enter(one)
    paying.certify_all(theatre, OFFICER)
    paying.order_all(theatre, FINANCE)
    paying.sign_all(theatre, APPROVER)


def hear_back(theatre: Theatre, days: Days) -> None:
    """The treasury rejects one transfer; an appeal is answered; the advance begins to come back."""
    theatre.enter(FINANCE)
    theatre.sights["return"] = treasury.take_in(
        theatre,
        FINANCE,
        PAID_FIRST,
        on=days.before(93),
        rejected={CLOSED_ACCOUNT: "Coordonnées bancaires : compte clos"},
        stray=("VIR-2207", "1250,00"),
    )
    advance = theatre.awards[candidate(LENT).title]
    first = days.before(60)
    treasury.schedule(theatre, FINANCE, advance, first=first, parts=5, every=3)
    theatre.sights["advance"] = f"/finances/avances/{advance}"
    one = candidate(CONTESTED)
    theatre.enter(one.person)
    telling.appeal(theatre, one, by_name(theatre, CONTESTED), GROUNDS)
    theatre.move_to(days.at(62))
    theatre.enter(FINANCE)
    theatre.enter(OFFICER)
    telling.answer_appeal(theatre, OFFICER, ANSWER)
    treasury.ask_back(theatre, FINANCE, advance)
    treasury.note_repaid(theatre, FINANCE, advance, on=days.before(62), words="Titre 61, chèque")
    treasury.ask_back(theatre, FINANCE, advance)


def claim_again(theatre: Theatre) -> None:
    """Of three balances, one order waits for its signature, one claim for its order.

    The third claim waits for its certification and names another account: a second person has to
    agree to it.
    """
    theatre.enter(OFFICER)
    theatre.enter(FINANCE)
    for name in (TO_SIGN, TO_ORDER):
        account = list(PAID_FIRST).index(name) + FIRST_ACCOUNT
        paying.claim(theatre, came(theatre, name), by_name(theatre, name), rank=account)
    paying.certify_all(theatre, OFFICER)
    paying.order_only(theatre, FINANCE, TO_SIGN)
    paying.claim(theatre, came(theatre, MOVING), by_name(theatre, MOVING), rank=OTHER_ACCOUNT)


def came(theatre: Theatre, name: str) -> Candidate:
    """A candidate, signed in."""
    one = candidate(name)
    theatre.enter(one.person)
    return one
