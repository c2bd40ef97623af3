"""The list of orders of a batch as CSV, as finance officers paste it elsewhere."""

from __future__ import annotations

import csv
import io

from grants.kernel.cells import safe
from grants.payments.out.lines import OutBatch

COLUMNS = (
    *("bordereau", "mandat", "exercice", "date", "beneficiaire", "siret", "titulaire", "iban"),
    *("bic", "montant", "objet", "section", "nature", "fonction", "a_payer_avant", "deja_verse"),
    "reference_virement",
)


def written(batch: OutBatch) -> str:
    """Euros with a comma, days as 31/12/2018, with the mark by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for one in batch.lines:
        cells = (
            *(batch.number, one.number, batch.year, f"{batch.dated:%d/%m/%Y}", one.payee.name),
            *(one.payee.siret, one.holder, one.iban, one.bic, euros(one.amount), one.object),
            *(one.section.value, one.nature, one.function),
            f"{one.due_on:%d/%m/%Y}" if one.due_on else "",
            *(euros(one.already_paid), one.end_to_end),
        )
        writer.writerow([safe(str(cell)) for cell in cells])
    return "\ufeff" + out.getvalue()


def euros(cents: int) -> str:
    """Cents as euros with a comma."""
    return f"{cents // 100},{cents % 100:02d}"
