"""A draft of the PES V2 flow (dépense) of a batch.

Names and codes follow the documentation of the DGFiP ("DosTech" 7.24); what is written fits the
schema beside it, which is our own, compared with the DGFiP's (5.30) element by element. It says
of itself that it is a draft: it is not signed, brings no supporting documents, and no tiers de
télétransmission takes it as it is. Blocks: enveloppe, en-tête, bordereau, pièces, lignes, tiers.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET  # only written, never read
from functools import cache
from pathlib import Path
from typing import Any

from grants.kernel.late import Late
from grants.ledger.operations import Section
from grants.payments.out.lines import OutBatch, OutLine, Payee

etree = Late("lxml.etree")

SCHEMA = Path(__file__).parent / "schemas" / "pes_aller_brouillon.xsd"
NAMESPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"
DRAFT = (
    " BROUILLON : ce fichier suit la documentation du PES V2. Il est controle par un schema propre"
    " a Laureat, compare aux schemas 5.30 de la DGFiP. Ni signe ni accompagne de ses pieces"
    " justificatives, il ne peut pas etre transmis tel quel. "
)
TRIPLETS = {Section.OPERATING: ("01", "01", "01"), Section.CAPITAL: ("01", "01", "02")}
"""TypBord, TypPce, NatPce of a grant; of both sections a batch holds, each piece says its own."""
TRANSFER = "03"
FRENCH = re.compile(r"[0-9]{5}")
SENDER = ("LAUREAT", "LAUREAT")
"""Sigle and Adresse of the sender: the publisher, and the name of its application."""
LATIN = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "œ": "oe",
        "Œ": "OE",
        "Ÿ": "Y",
        "€": "EUR",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u202f": " ",
        "\u2009": " ",
    }
)
"""What people type and ISO-8859-1 does not hold; other letters lose their accents."""
LEGAL_FORMS = (
    ("92", ("50", "06")),
    ("93", ("50", "06")),
    ("82", ("64", "04")),
    ("721", ("23", "09")),
    ("722", ("22", "09")),
    ("723", ("21", "09")),
    ("73", ("24", "09")),
    ("7", ("29", "09")),
)
"""CatTiers and NatJur by the beginning of INSEE's legal form; companies otherwise."""


def written(batch: OutBatch) -> bytes:
    """The draft, in ISO-8859-1 as the flow wants it.

    Raises:
        ValueError: it does not fit our schema.
    """
    ET.register_namespace("n", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}PES_Aller")
    root.append(ET.Comment(DRAFT))
    envelope = ET.SubElement(root, "Enveloppe")
    name = f"BROUILLON_{batch.year}_{batch.serial:07d}"
    _values(ET.SubElement(envelope, "Parametres"), Version="2", TypFic="PESALR2", NomFic=name)
    sigle, application = SENDER
    _values(ET.SubElement(envelope, "Emetteur"), Sigle=sigle, Adresse=application)
    head = ET.SubElement(root, "EnTetePES")
    _values(
        head,
        DteStr=batch.dated.isoformat(),
        IdPost=batch.post,
        IdColl=batch.siret,
        CodCol=batch.community,
        CodBud=batch.budget,
    )
    spending = ET.SubElement(root, "PES_DepenseAller")
    _values(ET.SubElement(spending, "EnTeteDepense"), IdVer="2", InfoDematerialisee="0")
    _batch(ET.SubElement(spending, "Bordereau"), batch)
    ET.indent(root)
    return checked(ET.tostring(root, encoding="ISO-8859-1", xml_declaration=True))


def checked(data: bytes) -> bytes:
    """The same bytes, where they fit our schema of the flow.

    Raises:
        ValueError: they do not, and why.
    """
    schema = _schema()
    if not schema.validate(etree.fromstring(data)):
        raise ValueError("; ".join(str(one.message) for one in list(schema.error_log)[:3]))
    return data


@cache
def _schema() -> Any:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def _batch(element: ET.Element, batch: OutBatch) -> None:
    _values(
        ET.SubElement(element, "BlocBordereau"),
        Exer=str(batch.year),
        IdBord=str(batch.serial),
        DteBordEm=batch.dated.isoformat(),
        TypBord="01",
        NbrPce=str(len(batch.lines)),
        MtBordHT=_euros(batch.total),
    )
    for one in batch.lines:
        _piece(ET.SubElement(element, "Piece"), one)


def _piece(element: ET.Element, line: OutLine) -> None:
    _, kind, nature = TRIPLETS[line.section]
    info = ET.SubElement(ET.SubElement(element, "BlocPiece"), "InfoPce")
    _values(info, IdPce=str(line.serial), TypPce=kind, NatPce=nature, Obj=_latin(line.object)[:100])
    if line.due_on:
        _values(info, DteEch=line.due_on.isoformat())
    detail = ET.SubElement(element, "LigneDePiece")
    _values(
        ET.SubElement(ET.SubElement(detail, "BlocLignePiece"), "InfoLignePce"),
        IdLigne="1",
        Nature=line.nature,
        **({"Fonction": line.function} if line.function else {}),
        LibVir1=line.end_to_end[:70],
        ModRegl=TRANSFER,
        TVAIntraCom="0",
        MtHT=_euros(line.amount),
    )
    _payee(ET.SubElement(detail, "Tiers"), line)


def _payee(element: ET.Element, line: OutLine) -> None:
    payee = line.payee
    category, nature = _category(payee)
    info = ET.SubElement(element, "InfoTiers")
    if payee.siret:
        _values(info, IdTiers=payee.siret, NatIdTiers="01")
    _values(info, CatTiers=category, NatJur=nature, Nom=_latin(payee.name)[:38])
    if payee.street and payee.city and FRENCH.fullmatch(payee.postcode):
        _values(
            ET.SubElement(element, "Adresse"),
            TypAdr="1",
            Adr2=_latin(payee.street)[:38],
            CP=payee.postcode,
            Ville=_latin(payee.city)[:38],
            CodRes="0",
        )
    account = ET.SubElement(element, "CpteBancaire")
    if line.bic:
        _values(account, BIC=line.bic)
    _values(account, IBAN=line.iban, TitCpte=_latin(line.holder)[:32])


def _category(payee: Payee) -> tuple[str, str]:
    if not payee.legal_form:
        return "01", "01"
    found = (codes for start, codes in LEGAL_FORMS if payee.legal_form.startswith(start))
    return next(found, ("50", "03"))


def _latin(text: str) -> str:
    """The same words in the letters of ISO-8859-1, so that no character is a reference."""
    plain = []
    for letter in " ".join(text.translate(LATIN).split()):
        if letter <= "\u00ff":
            plain.append(letter)
        else:
            parts = unicodedata.normalize("NFKD", letter)
            plain.append("".join(one for one in parts if one <= "\u00ff") or "?")
    return "".join(plain)


def _values(element: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(element, name, V=value)


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
