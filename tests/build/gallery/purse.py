"""The books of an authority: envelopes, acts, authorisations, journal, the year's end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from build.clock import NOW
from build.gallery.names import Look
from build.ledger import a_book, an_envelope, booked
from build.people import a_funder, a_funder_member, acting_as
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.models import Book, Envelope
from grants.ledger.operations import ActKind, Section
from grants.ledger.services import ActFacts, CreditLine, Signature
from grants.people.models import Funder

DIRECT = "Soutien direct aux acteurs de l’économie sociale et solidaire des quatre cantons"
STAKES = "Parts de sociétés coopératives d’intérêt collectif"
PROGRAMME = "Têtes de réseau et accompagnement des coopératives, 2018-2020"
HEADS = (
    "BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_CONTNAT;BGT_CONTNAT_LABEL;BGT_FONCTION;BGT_SECTION;"
    "BGT_OPBUDG;BGT_CODRD;BGT_MTPROPNOUV"
)
LINES = (
    "budget primitif;2018;;65748;Subventions;;fonctionnement;réel;dépense;1250000.00",
    "budget primitif;2018;;261;Titres;;investissement;réel;dépense;20000.00",
    "budget primitif;2018;;7472;Région;;fonctionnement;réel;recette;800.00",
    "budget primitif;2018;;60632;Petit équipement;;fonctionnement;réel;dépense;350.00",
    "budget primitif;2017;;65748;Subventions;;fonctionnement;réel;dépense;10.00",
)
BUDGET = "\n".join((HEADS, *LINES, "")).encode()
FILE = {"name": "budget-primitif-2018.csv", "mimeType": "text/csv", "buffer": BUDGET}


def kept(session: Session, many: int) -> Iterator[Look]:
    """The books as a finance officer reads them, and each of their forms, refused once."""
    funder = a_funder(session, name="Communauté de communes du Pays de Valbrune")
    finance = a_funder_member(session, funder, FunderRole.FINANCE, with_password=True)
    book = a_book(session, funder)
    direct, award, programme, act = _a_busy_year(session, book)
    year = f"/finances/actes/annees/{book.id}"
    for path in (
        "enveloppes",
        "enveloppes?on=30/09/2018",
        "enveloppes?on=hier",
        f"enveloppes/{direct.id}/livre",
        f"enveloppes/{direct.id}/livre?stage=committed",
        f"enveloppes/{programme.id}/livre",
        "journal",
        f"journal/{book.id}/1",
        "balance",
        "autorisations",
        f"attributions/{award}",
        f"attributions/{award}/echeancier",
        f"autorisations/{programme.id}/promesses",
        "actes",
        f"actes/{act}",
        f"cloture?book={book.id}",
    ):
        yield Look(finance, f"/finances/{path}")
    yield Look(finance, f"{year}/nouvel-acte", press="Enregistrer l’acte", answer=422)
    yield Look(finance, f"{year}/budget", press="Lire le fichier", answer=422)
    yield Look(finance, f"{year}/budget", press="Lire le fichier", fill={"file": FILE})
    opened = f"/finances/autorisations/annees/{book.id}/nouvelle"
    yield Look(finance, opened, press="Ouvrir l’autorisation", answer=422)
    draw = {"press": "Engager les crédits de l’exercice", "answer": 422}
    yield Look(finance, f"/finances/attributions/{award}", **draw)
    yield from _around(session, funder, book)


def _around(session: Session, funder: Funder, book: Book) -> Iterator[Look]:
    """A year that is closed, a funder with nothing yet, and who reads without keeping books."""
    auditor = a_funder_member(session, funder, FunderRole.AUDITOR)
    for path in ("enveloppes", "actes", "autorisations", "cloture"):
        yield Look(auditor, f"/finances/{path}")
    past = a_book(session, funder, 2016)
    over = an_envelope(session, past, label=DIRECT, section=Section.OPERATING)
    _vote(session, over, 5_000_00, date(2016, 1, 20))
    _closed(session, funder, past)
    yield Look(auditor, f"/finances/cloture?book={past.id}")
    yield Look(auditor, f"/finances/enveloppes?book={past.id}")
    bare = a_funder_member(session, a_funder(session), FunderRole.FINANCE)
    for path in ("enveloppes", "actes", "autorisations", "cloture", "journal", "balance"):
        yield Look(bare, f"/finances/{path}")
    for path in ("mandats", "bordereaux", "retours", "coordonnees", "avances"):
        yield Look(bare, f"/finances/{path}")


def _a_busy_year(session: Session, book: Book) -> tuple[Envelope, UUID, Envelope, UUID]:
    """Euros of both sections, an area, hours; every stage; an authorisation over three years."""
    direct = _envelope(session, book, DIRECT, Section.OPERATING, "65748")
    stakes = _envelope(session, book, STAKES, Section.CAPITAL, "261")
    area = an_envelope(session, book, label="Ateliers de la Jeune Pousse", unit=Unit.SQUARE_METRE)
    hours = an_envelope(session, book, label="Mentorat", unit=Unit.HOUR, voted=400)
    booked(session, "vote", area.id, 740)
    lines = [CreditLine(direct.id, 1_250_000_00), CreditLine(stakes.id, 20_000_00)]
    facts = ActFacts(ActKind.INITIAL, "BP 2018", date(2018, 1, 19), "Budget primitif de 2018")
    act = services.record_act(session, book.id, facts, lines, actor=SYSTEM, now=NOW)
    for amount, until in ((123_456_78, "pay"), (45_000_00, "order"), (78_900_50, "commit")):
        _award(session, direct.id, amount, until)
    _award(session, area.id, 120, "commit")
    _award(session, hours.id, 60, "commit")
    booked(session, "reserve", direct.id, 10_000_00)
    programme = services.open_envelope(
        session,
        book.id,
        label=PROGRAMME,
        unit=Unit.EUR,
        section=Section.OPERATING,
        last_year=2020,
        actor=SYSTEM,
        now=NOW,
    )
    booked(session, "vote", programme.id, 135_000_00)
    several = uuid4()
    booked(session, "commit", programme.id, 134_999_99, several)
    return direct, several, programme, act.id


def _envelope(session: Session, book: Book, label: str, section: Section, nature: str) -> Envelope:
    by: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
    return services.open_envelope(
        session,
        book.id,
        label=label,
        unit=Unit.EUR,
        section=section,
        nature_account=nature,
        **by,
    )


def _award(session: Session, envelope_id: UUID, amount: int, until: str) -> None:
    award = uuid4()
    for operation in ("commit", "order", "pay"):
        booked(session, operation, envelope_id, amount, award, reason="Réparer les vélos")
        if operation == until:
            return


def _vote(session: Session, envelope: Envelope, amount: int, on: date) -> None:
    services.book(
        session,
        "vote",
        [services.Movement(envelope.id, amount)],
        key=f"gallery:{envelope.id}",
        on=on,
        reason="Budget primitif",
        actor=SYSTEM,
        now=NOW,
    )


def _closed(session: Session, funder: Funder, book: Book) -> None:
    keeper = acting_as(session, a_funder_member(session, funder, FunderRole.FINANCE))
    seen = queries.state_fingerprint(queries.left_in(session, book.id))
    signature = Signature("Nadia Ferrand", seen)
    services.close_year(session, book.id, {}, signature, voted={}, actor=keeper, now=NOW)
