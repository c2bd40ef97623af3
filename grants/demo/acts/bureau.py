"""The council votes what is above the delegation, its bureau the rest, item by item in the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from grants.demo.acts.days import ADVANCES, DIRECT, FRAMEWORK, Days
from grants.demo.browser import Page
from grants.demo.cast import BUREAU, CLERMONT_STAFF, NEXT_VOTE, THIS_YEAR, Candidate
from grants.demo.moves import council, deciding, telling
from grants.demo.moves.council import Item, Member
from grants.demo.moves.deciding import CALLS, Proposal
from grants.demo.theatre import Theatre
from grants.kernel.clock import paris_instant

OFFICER = CLERMONT_STAFF["officer"]
PRESIDENT, DEPUTY, SECRETARY, BOARD_MEMBER, *_OTHERS, REPRESENTED, ABSENT = BUREAU
PRESENT = [one for one in BUREAU if one not in (REPRESENTED, ABSENT)]
PLACE = "Hôtel de la métropole, salle Gergovie"
GIVEN = {
    "La Ruche aux projets": "30 000",
    "Les Ateliers du Lien": "12 000",
    "Radio Puys": "10 000",
    "Écho-Logis": "18 000",
    "L’Escale entrepreneuse": "16 000",
    "Sport pour chacun": "14 000",
}
REFUSED = {
    "Numérique en commun": "L’action relève des frais courants de la structure, que cet appel ne "
    "finance pas.",
    "Graines de parents": "Le financement de la place en crèche relève de la caisse d’allocations "
    "familiales, dont l’accord n’est pas joint.",
}
WAITING = "Auvergne Équitable"
FRAMED, LENT = "Le Cercle des CAE", "Domestic’Aide"
A_WORD = (
    "Le bureau a salué la qualité de votre projet. Le service se tient à votre disposition pour "
    "vous indiquer les financements auxquels il peut prétendre."
)
VISAS = (
    "Vu le code général des collectivités territoriales, et notamment son article L. 5211-10 ;\n"
    "Vu la délibération du conseil qui donne délégation au bureau ;\n"
    "Considérant l’intérêt communautaire des actions présentées ;\n\n"
    "Le bureau, après en avoir délibéré, décide :\n"
)


def decide(theatre: Theatre, call_id: str, days: Days) -> dict[str, str]:
    """Everything asked is decided, and told; the awards by the title of their project."""
    table = f"{CALLS}/{call_id}/decision"
    framework = vote_framework(theatre, table, days)
    deciding.propose(theatre, OFFICER, table, proposals(theatre))
    constitute(theatre, days)
    items = agenda(theatre, days)
    address = council.call(
        theatre,
        OFFICER,
        at=days.at(117, 18),
        place=PLACE,
        items=items,
        on=days.before(125),
    )
    theatre.move_to(days.at(117, 21))
    theatre.enter(OFFICER)
    council.open_room(
        theatre, OFFICER, address, PRESENT, at="18:05", proxy=(REPRESENTED, SECRETARY)
    )
    pages = council.vote(theatre, OFFICER, address, items, ("18:30", "18:50", "19:10"))
    council.close(theatre, OFFICER, address, at="19:30")
    theatre.sights["session_over"] = address
    every = [framework, *pages]
    tell(theatre, every, days)
    return {title: award for page in every for title, award in awards_of(page).items()}


def vote_framework(theatre: Theatre, table: str, days: Days) -> Page:
    """The whole council votes the three years of the framework agreement."""
    award = Proposal("award", "grant", "90 000", FRAMEWORK, "Convention-cadre sur trois ans")
    deciding.propose(theatre, OFFICER, table, {by_name(theatre, FRAMED): award})
    day = days.before(125)
    vote = deciding.Session(
        number=f"DEL{day:%Y%m%d}_014",
        object="Convention-cadre de coopération : Le Cercle des CAE",
        held_on=day,
        seats=89,
        present=66,
        represented=15,
        votes_for=79,
        abstentions=2,
    )
    return deciding.deliberate(theatre, OFFICER, table, vote)


def proposals(theatre: Theatre) -> dict[str, Proposal]:
    """What the service proposes to the bureau."""
    found = {
        by_name(theatre, name): Proposal("award", "grant", amount, DIRECT, "Soutien à l’action")
        for name, amount in GIVEN.items()
    }
    found[by_name(theatre, LENT)] = Proposal(
        "award", "advance", "15 000", ADVANCES, "Avance remboursable"
    )
    for name, reason in REFUSED.items():
        found[by_name(theatre, name)] = Proposal("refusal", reason=reason)
    found[by_name(theatre, WAITING)] = Proposal(
        "waitlist", reason="Projet retenu dès que des crédits se libèrent."
    )
    return found


def constitute(theatre: Theatre, days: Days) -> None:
    """Who sits in the bureau, and what the council lets it decide."""
    since = date(days.year - 1, 9, 15)
    members = [Member(one) for one in BUREAU]
    members[0] = Member(PRESIDENT, "president")
    members[1] = Member(DEPUTY, "vice_president", signs_in=True)
    members[2] = Member(SECRETARY, "vice_president")
    council.seat(theatre, OFFICER, members, since=since)
    council.delegate(
        theatre,
        OFFICER,
        number=f"DEL{since:%Y%m%d}_003",
        on=since,
        at_most="40 000",
        words="Subventions et avances de l’économie sociale et solidaire",
    )
    number = f"ARR{since:%Y%m%d}_021"
    council.entrust(theatre, OFFICER, DEPUTY, number=number, on=since, at_most="100 000")


def agenda(theatre: Theatre, days: Days) -> list[Item]:
    """Three items: the grants, the advance, what is not given."""
    day = days.before(117)
    grants = [by_name(theatre, name) for name in GIVEN]
    others = [by_name(theatre, name) for name in (*REFUSED, WAITING)]
    return [
        Item(
            "Soutien direct : six subventions",
            f"BUR{day:%Y%m%d}_01",
            f"{VISAS}d’attribuer les subventions du tableau ci-joint.",
            grants,
            DEPUTY,
            concerned=BOARD_MEMBER,
            figures={"abstentions": "1"},
        ),
        Item(
            "Avance remboursable à Domestic’Aide",
            f"BUR{day:%Y%m%d}_02",
            f"{VISAS}de consentir une avance remboursable en cinq échéances trimestrielles.",
            [by_name(theatre, LENT)],
            SECRETARY,
            figures={"votes_against": "1"},
        ),
        Item(
            "Demandes non retenues et liste d’attente",
            f"BUR{day:%Y%m%d}_03",
            f"{VISAS}de ne pas retenir deux demandes et d’en inscrire une en liste d’attente.",
            others,
            DEPUTY,
        ),
    ]


def tell(theatre: Theatre, pages: Sequence[Page], days: Days) -> None:
    """A week later every act is executory: letters are looked through, and leave together."""
    theatre.move_to(days.at(110))
    theatre.enter(OFFICER)
    own = {by_name(theatre, name): A_WORD for name in list(REFUSED)[:1]}
    for page in pages:
        added: Mapping[str, str] = own if page is pages[-1] else {}
        telling.release(theatre, OFFICER, page.path, executory_on=days.before(112), added=added)
    theatre.sights["letters"] = f"{pages[-1].path}/courriers"


def awards_of(page: Page) -> dict[str, str]:
    """The awards of a deliberation by the title of their project."""
    found = {}
    for address, words in page.links:
        if "/conventions/attributions/" in address:
            title = next(one.title for one in THIS_YEAR if one.title in words)
            found[title] = address.rpartition("/")[2]
    return found


def prepare_next(theatre: Theatre, today: date) -> str:
    """Next week's meeting: its members are called, its pack is made."""
    held = today + timedelta(days=8)
    given = [theatre.drafts[one.title] for one in NEXT_VOTE]
    item = Item(
        "Soutien direct : deuxième répartition de l’année",
        f"BUR{held:%Y%m%d}_01",
        f"{VISAS}d’attribuer les subventions du tableau ci-joint, dans la limite des crédits "
        "ouverts par la décision modificative.",
        given,
        DEPUTY,
        concerned=None,
    )
    address = council.call(
        theatre, OFFICER, at=paris_instant(held, 18), place=PLACE, items=[item], on=today
    )
    council.print_pack(theatre, OFFICER, address)
    theatre.sights["session_next"] = address
    return address


def by_name(theatre: Theatre, organisation: str) -> str:
    """The application that an organisation made in the spring."""
    return theatre.drafts[candidate(organisation).title]


def candidate(organisation: str) -> Candidate:
    """Who applied in the spring, by the name of the organisation."""
    return next(one for one in THIS_YEAR if one.organisation == organisation)
