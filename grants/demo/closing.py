"""The curtain: the ledger as it stands, whether it holds, and where to look."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from config import Settings
from grants.db import Database
from grants.db.session import make_engine
from grants.demo.acts import opening
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
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.report import report
from grants.ledger.verify import verify

YEARS = range(2016, 2020)
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
    ("Clermont, chargée de mission", CLERMONT_STAFF["officer"]),
    ("Clermont, finances", CLERMONT_STAFF["finance"]),
    ("Clermont, signature", CLERMONT_STAFF["approver"]),
    ("Clermont, administration", CLERMONT_STAFF["administrator"]),
    ("Mulhouse, chargé de mission", MULHOUSE_STAFF["officer"]),
    ("Mulhouse, dossiers des communes", SECOND_OFFICER),
    ("Jurée au travail", BUSINESS_JURY[0]),
    ("Jurée, rien de noté encore", CITIZEN_JURY[0]),
    ("Association, aide versée (CISCA)", CISCA.person),
    ("Association, surface attribuée", MAISON_ESS[0].person),
    ("Association, Courts-circuits 2017", COURTS_CIRCUITS[0].person),
    ("Association, documents en ordre", OPEN_NOW[0].person),
    ("Association, compléments envoyés", OPEN_NOW[2].person),
    ("Association, compléments attendus", OPEN_NOW[3].person),
    ("Coopérative, brouillon presque fini", IN_PREPARATION.person),
    ("Sa collègue, dans le même brouillon", COLLEAGUE),
    ("Coopérative, brouillon à moitié", BEGINNERS[0].person),
    ("Toute l’installation", OPERATOR),
)
ADDRESSES = (
    ("/", "l’accueil et les appels ouverts"),
    ("/appels", "tous les appels : chercher, filtrer, s’abonner"),
    ("/resultats", "les résultats, avec leurs montants"),
    ("/dossiers", "les dossiers d’une association, ses brouillons, ses compléments"),
    ("/compte/structures", "sa structure : documents, déclarations, membres"),
    ("/instruction/appels", "les appels d’une chargée de mission, chacun avec son atelier"),
    ("/instruction/dossiers", "tous ses dossiers : recherche, contrôle, avis, échanges"),
    ("/instruction/charge", "qui suit combien de dossiers"),
    ("/taches", "ses tâches longues et leur résultat"),
    ("/jury", "les jurys d’une jurée"),
    ("/finances/enveloppes", "les enveloppes de l’année, dessinées"),
    ("/administration/personnes", "les personnes et leurs rôles"),
    ("/dev/mailbox", "tous les courriels envoyés"),
)


def tell(settings: Settings, console: Console) -> None:
    """Print each envelope, the ledger's verdict, who to sign in as, and what to open."""
    engine = make_engine(str(settings.database_url), pool_size=1)
    try:
        with Database(engine).reading() as session:
            console.print(_envelopes(session))
            findings = list(verify(session))
    finally:
        engine.dispose()
    verdict = "le grand livre est intègre" if not findings else f"{len(findings)} anomalies"
    console.print(f"  laureat ledger verify : {verdict}\n", style="red" if findings else "green")
    console.print(_people())
    console.print(f"  Mot de passe de toutes et tous : {PASSWORD}\n")
    for path, words in ADDRESSES:
        console.print(f"  {settings.base_url}{path}  {words}", soft_wrap=True)
    console.print()


def _envelopes(session: Session) -> Table:
    table = Table(title="Les enveloppes", title_justify="left", show_edge=False)
    table.add_column("financeur")
    table.add_column("enveloppe")
    for _name, words in STAGES:
        table.add_column(words, justify="right", no_wrap=True)
    for key, _ in opening.NAMES:
        for year in YEARS:
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
    table = Table(title="Se connecter", title_justify="left", show_edge=False, show_header=False)
    for part, player in PEOPLE:
        table.add_row(part, player.name, player.email)
    return table
