"""The statement of what was already paid of an award, which goes with each next payment."""

from __future__ import annotations

import csv
import io
from uuid import UUID

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.kernel.cells import safe
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.payments import queries, rules
from grants.payments.out.mandates import euros
from grants.web.decisions import what
from grants.web.downloads import send
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow

bp = Blueprint("statements", __name__, url_prefix="/mandats/<uuid:order_id>")
COLUMNS = ("mandat", "versement", "paye_le", "reference", "montant", "cumul", "unite")


@bp.get("/decompte")
@allow(Audience.FINANCE, rules.can_read_order)
def show(session: Session, order_id: UUID) -> ResponseReturnValue:
    """What was paid of the award before this order, as a sheet to print."""
    found = queries.statement(session, order_id, viewer=current_actor())
    part = found.order.claim.instalment
    return render_template(
        "finance/statements/show.html",
        statement=found,
        order=found.order,
        part=part,
        words=what(part.decision),
        is_kept=queries.kept_statement(session, order_id, viewer=current_actor()) is not None,
    )


@bp.get("/decompte.pdf")
@allow(Audience.FINANCE, rules.can_read_order)
def document(session: Session, order_id: UUID) -> ResponseReturnValue:
    """The PDF that goes with the order, as it was made when the order was signed."""
    kept = queries.kept_statement(session, order_id, viewer=current_actor())
    if kept is None:
        raise Unknown
    return send(kept)


@bp.get("/decompte.csv")
@allow(Audience.FINANCE, rules.can_read_order)
def download(session: Session, order_id: UUID) -> ResponseReturnValue:
    """The same as CSV."""
    found = queries.statement(session, order_id, viewer=current_actor())
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    unit = found.order.unit
    lines = [
        (*(one.number, one.label, one.paid_on, one.reference), one.amount, one.total)
        for one in found.lines
    ]
    own = found.order
    lines.append(
        (
            *(own.number, own.claim.instalment.label, own.paid_on, own.reference or ""),
            own.amount,
            found.before + own.amount,
        )
    )
    for number, label, paid_on, reference, amount, total in lines:
        day = f"{paid_on:%d/%m/%Y}" if paid_on else ""
        sums = [euros(one) if unit is Unit.EUR else str(one) for one in (amount, total)]
        writer.writerow([number, safe(label), day, safe(reference), *sums, unit.value])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="decompte-{own.number}.csv"'
    return answer
