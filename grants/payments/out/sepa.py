"""A credit transfer (pain.001.001.09) for partners that pay by themselves.

Built by sepaxml and validated against the schema that comes with it. The same batch gives the
same file: identifiers and instant are ours, not drawn.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET  # reads only what was written here
from datetime import date, datetime

from grants.kernel.late import Late
from grants.payments.out.lines import OutBatch

sepaxml = Late("sepaxml")
validation = Late("sepaxml.validation")

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"


def written(
    batch: OutBatch, *, debtor: str, iban: str, bic: str | None, on: date, now: datetime
) -> bytes:
    """The transfers of a batch, to be executed on a day.

    Raises:
        ValueError: it does not fit the schema.
    """
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
    name = f"LAUREAT-{batch.siret or 'PARTENAIRE'}-{batch.number}"[:35]
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


def _checked(data: bytes) -> bytes:
    try:
        validation.try_valid_xml(data, SCHEMA)
    except validation.ValidationError as error:
        raise ValueError("this transfer does not fit its schema") from error
    return data
