"""The curtain: the ledger as it stands, whether it holds, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from config import Settings
from grants.db import Database
from grants.db.session import make_engine
from grants.demo.acts import opening
from grants.demo.acts.autumn import APPEALING, TO_AGREE
from grants.demo.acts.bureau import FRAMED, LENT, candidate
from grants.demo.acts.days import Days
from grants.demo.cast import (
    BEGINNERS,
    BUSINESS_JURY,
    CISCA,
    CITIZEN_JURY,
    CLERMONT_STAFF,
    COLLEAGUE,
    COURTS_CIRCUITS,
    IN_PREPARATION,
    MAISON_ESS,
    MULHOUSE_STAFF,
    OPEN_NOW,
    OPERATOR,
    PASSWORD,
    SECOND_OFFICER,
)
from grants.files.store import FileStore
from grants.invariants import ALL, Place
from grants.invariants.checks import check
from grants.invariants.services import snapshot
from grants.kernel.clock import site_clock
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.report import report
from grants.ledger.verify import verify

PLAYED = range(2016, 2020)
STAGES = (
    ("voted", "voté"),
    ("available", "disponible"),
    ("reserved", "réservé"),
    ("committed", "engagé"),
    ("ordered", "mandaté"),
    ("paid", "payé"),
)
MARKS = {"EUR": "€", "m2": "m²", "hour": "h"}
PEOPLE = (
    (CLERMONT_STAFF["officer"], "/instruction/appels", "chargée de mission, de l’atelier au vote"),
    (CLERMONT_STAFF["elected"], "/instruction/seances", "élu, le bureau de la semaine prochaine"),
    (CLERMONT_STAFF["finance"], "/finances/mandats", "finances, une année entière en cours"),
    (CLERMONT_STAFF["approver"], "/finances/mandats", "un mandat à signer, un RIB à vérifier"),
    (CLERMONT_STAFF["administrator"], "/administration/enveloppes", "budgets de l’année"),
    (MULHOUSE_STAFF["officer"], "/instruction/dossiers", "chargé de mission, un jury, un vote"),
    (SECOND_OFFICER, "/instruction/dossiers", "sa collègue, les dossiers des communes"),
    (BUSINESS_JURY[0], "/jury", "présidente de jury, tout est noté"),
    (CITIZEN_JURY[0], "/jury", "jurée au travail, un dossier noté"),
    (candidate(TO_AGREE).person, "/dossiers", "association aidée, convention à signer"),
    (candidate(FRAMED).person, "/dossiers", "coopérative aidée pour trois ans"),
    (candidate(LENT).person, "/dossiers", "avance remboursable, une échéance en retard"),
    (candidate(APPEALING).person, "/dossiers", "demande refusée, recours en cours"),
    (CISCA.person, "/dossiers", "association aidée, 10 000 € versés"),
    (MAISON_ESS[0].person, "/dossiers", "coopérative logée, surface attribuée"),
    (COURTS_CIRCUITS[13].person, "/dossiers", "prix du jury 2017, audition et versement"),
    (OPEN_NOW[0].person, "/compte/structures", "association, documents en ordre"),
    (OPEN_NOW[2].person, "/dossiers", "compléments envoyés"),
    (OPEN_NOW[3].person, "/dossiers", "compléments attendus, messages"),
    (IN_PREPARATION.person, "/dossiers", "brouillon presque fini, à deux"),
    (COLLEAGUE, "/dossiers", "sa collègue, dans le même brouillon"),
    (BEGINNERS[0].person, "/dossiers", "brouillon à moitié"),
    (OPERATOR, "/administration/personnes", "toute l’installation"),
)
ANYONE = (
    ("/appels", "les appels, leurs conditions, leur estimation"),
    ("/resultats", "les résultats, avec leurs montants"),
    ("/dev/mailbox", "tous les courriels envoyés"),
)
SIGHTS = (
    ("vote", "un vote du public ouvert", None),
    ("counted", "celui de 2017, compté et scellé", None),
    ("meeting", "une réunion à ouvrir", BUSINESS_JURY[0]),
    ("scenarios", "trois scénarios côte à côte", CLERMONT_STAFF["officer"]),
    ("waiting", "une liste d’attente, un tour proposé", CLERMONT_STAFF["officer"]),
    ("watch", "la veille sur un dossier qui passe 23 000 €", CLERMONT_STAFF["officer"]),
    ("session_next", "le bureau de la semaine prochaine", CLERMONT_STAFF["elected"]),
    ("session_over", "celui du printemps, voté point par point", CLERMONT_STAFF["officer"]),
    ("letters", "des courriers relus, puis partis", CLERMONT_STAFF["officer"]),
    ("agreement", "une convention signée des deux côtés", CLERMONT_STAFF["officer"]),
    ("withdrawal", "un retrait annoncé, qui attend la réponse", CLERMONT_STAFF["officer"]),
    ("framework", "une aide sur trois ans, année par année", CLERMONT_STAFF["finance"]),
    ("return", "un retour du comptable, un rejet motivé", CLERMONT_STAFF["finance"]),
    ("advance", "une avance, une échéance en retard", CLERMONT_STAFF["finance"]),
    ("closing", "l’exercice 2019 à clore", CLERMONT_STAFF["finance"]),
    ("closed", "un exercice 2017 clos, sa liste signée", MULHOUSE_STAFF["finance"]),
    ("comparison", "les notes d’un jury comparées", MULHOUSE_STAFF["officer"]),
    ("hearings", "les auditions de la finale 2017", MULHOUSE_STAFF["officer"]),
    ("minutes", "son procès-verbal signé", BUSINESS_JURY[0]),
)
"""Pages made by the play, by their name in `Theatre.sights`, and who may open them."""


def tell(settings: Settings, console: Console, sights: Mapping[str, str]) -> None:
    """Print each envelope, what holds and what does not, who to sign in as, and what to open."""
    engine = make_engine(str(settings.database_url), pool_size=1)
    try:
        with snapshot(Database(engine)) as session:
            now = site_clock(settings.clock_file).now()
            console.print(_envelopes(session, now))
            findings = list(verify(session))
            place = Place(session, FileStore(settings.storage), now)
            held = check(place, ALL)
    finally:
        engine.dispose()
    verdict = "le grand livre est intègre" if not findings else f"{len(findings)} anomalies"
    console.print(f"  laureat ledger verify : {verdict}", style="red" if findings else "green")
    faults = ", ".join(one.invariant.name for one in held.broken)
    verdict = faults or f"{held.checked} vérifications, tout tient"
    console.print(f"  laureat invariants : {verdict}\n", style="red" if faults else "green")
    console.print(_people())
    console.print(f"  Mot de passe de toutes et tous : {PASSWORD}\n")
    console.print("  À ouvrir, par tout le monde ou par qui est nommé :")
    for path, words in (*ANYONE, *_sights(sights)):
        console.print(f"  {settings.base_url}{path}  {words}", soft_wrap=True)
    console.print()


def _sights(sights: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pages that the play made, those of an older play aside."""
    return [
        (sights[key], f"{words} ({player.name})" if player else words)
        for key, words, player in SIGHTS
        if key in sights
    ]


def _envelopes(session: Session, now: datetime) -> Table:
    table = Table(title="Les enveloppes", title_justify="left", show_edge=False)
    table.add_column("financeur")
    table.add_column("enveloppe")
    for _name, words in STAGES:
        table.add_column(words, justify="right", no_wrap=True)
    for key, _ in opening.NAMES:
        for year in (*PLAYED, Days(now).year):
            try:
                lines = report(session, key, year)["envelopes"]
            except Unknown:
                continue
            for line in lines:
                amounts = [_written(line[name], line["unit"]) for name, _words in STAGES]
                table.add_row(f"{key} {year}", line["label"], *amounts)
    return table


def _written(amount: int, unit: str) -> str:
    whole, part = divmod(amount, Unit(unit).scale)
    text = f"{whole:,}".replace(",", "\u202f")
    if unit == "EUR":
        text += f",{part:02d}"
    return f"{text} {MARKS[unit]}"


def _people() -> Table:
    table = Table(title="Se connecter", title_justify="left", show_edge=False)
    for words in ("adresse", "page", "qui"):
        table.add_column(words, no_wrap=True)
    for player, path, words in PEOPLE:
        table.add_row(player.email, path, words)
    return table
