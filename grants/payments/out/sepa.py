"""A credit transfer (pain.001.001.09) for partners that pay by themselves.

Built by sepaxml and validated against the schema that comes with it, then held to what the schema
does not say and banks ask (EPC guidelines): letters of their set alone, amounts below a thousand
million, a message named once. The same batch at the same instant gives the same file.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET  # reads only what was written here
from datetime import date, datetime

from grants.kernel.late import Late
from grants.payments.out.lines import OutBatch

sepaxml = Late("sepaxml")
validation = Late("sepaxml.validation")

SCHEMA = "pain.001.001.09"
AMOUNT_MAX = 999_999_999_99
"""In cents; see the EPC's guidelines for credit transfers, AT-T002."""
OTHER = re.compile(r"[^a-zA-Z0-9/?:().,'+ -]+")
"""What the letters that every bank takes leave out."""
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"


def written(
    batch: OutBatch, *, debtor: str, iban: str, bic: str | None, on: date, now: datetime
) -> bytes:
    """The transfers of a batch, to be executed on a day.

    Raises:
        ValueError: it does not fit the schema, or holds an amount that no transfer carries.
    """
    if any(one.amount > AMOUNT_MAX for one in batch.lines):
        raise ValueError("no transfer carries such an amount")
    config = {"name": debtor, "IBAN": iban, "batch": True, "currency": "EUR"}
    transfer = sepaxml.SepaTransfer({**config, **({"BIC": bic} if bic else {})}, schema=SCHEMA)
    for one in batch.lines:
        payment = {
            "name": one.holder,
            "IBAN": one.iban,
            "amount": one.amount,
            "execution_date": on,
            "description": f"{one.number} {one.object}",
            "endtoend_id": one.end_to_end,
        }
        transfer.add_payment({**payment, **({"BIC": one.bic} if one.bic else {})})
    return _checked(_steady(transfer.export(validate=False), batch, now))


def _steady(data: bytes, batch: OutBatch, now: datetime) -> bytes:
    root = ET.fromstring(data)  # noqa: S314 -- our own words
    name = _named(batch, now)
    for tag in ("Nm", "Ustrd"):
        for element in root.iter(f"{{{NAMESPACE}}}{tag}"):
            element.text = _plain(element.text or "")
    for tag, text in (
        ("MsgId", name),
        ("PmtInfId", name),
        ("CreDtTm", f"{now:%Y-%m-%dT%H:%M:%S}"),
    ):
        for element in root.iter(f"{{{NAMESPACE}}}{tag}"):
            element.text = text
    ET.register_namespace("", NAMESPACE)
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _named(batch: OutBatch, now: datetime) -> str:
    """Whose file it is, of which batch and instant, in at most 35 letters: no two are the same."""
    whose = batch.siret or hashlib.sha256(batch.funder.encode()).hexdigest()[:14]
    return f"{whose}-{batch.number}-{int(now.timestamp()):x}"


def _plain(text: str) -> str:
    """The same words in the letters that every bank takes, with no slash at an end nor doubled."""
    plain = OTHER.sub(" ", text.replace("&", "+").replace("_", "-"))
    plain = re.sub(r"/{2,}", "/", " ".join(plain.split())).strip("/ ")
    return plain or "?"


def _checked(data: bytes) -> bytes:
    try:
        validation.try_valid_xml(data, SCHEMA)
    except validation.ValidationError as error:
        raise ValueError("this transfer does not fit its schema") from error
    return data
