"""How claims and payment orders are told, whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, cast
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.payments.models import ClaimState, Method, OrderState
from grants.web.requests import store

CLAIM_STATES = {
    ClaimState.SUBMITTED: (_l("Being checked"), "info"),
    ClaimState.REFUSED: (_l("To correct"), "danger"),
    ClaimState.CERTIFIED: (_l("Accepted"), "success"),
    ClaimState.ORDERED: (_l("Payment ordered"), "info"),
    ClaimState.PAID: (_l("Paid"), "success"),
}
ORDER_STATES = {
    OrderState.PREPARED: (_l("To sign"), "warning"),
    OrderState.REJECTED: (_l("Turned down"), "danger"),
    OrderState.APPROVED: (_l("To pay"), "info"),
    OrderState.PAID: (_l("Paid"), "success"),
}
METHODS = {
    Method.TRANSFER: _l("Bank transfer"),
    Method.SUBSCRIPTION: _l("Subscription of shares"),
    Method.HANDOVER: _l("Handing over of premises"),
}


def how_paid(method: Method, unit: Unit) -> LazyString:
    """How an award reaches its beneficiary, in words: hours are given, premises handed over."""
    return _l("Hours of support given") if unit is Unit.HOUR else METHODS[method]


def deposited(
    session: Session, files: Sequence[FileStorage], *, field: str, actor: Actor
) -> list[StoredFile]:
    """Keep the documents that came with a form.

    Raises:
        Refused: `files.*`, tied to the form's field.
    """
    kept = []
    for file in files:
        if not file.filename:
            continue  # browsers send an empty part when nothing was chosen
        stream = cast(BinaryIO, file.stream)
        try:
            kept.append(deposit(session, store(), stream, name=file.filename, actor=actor))
        except Refused as refusal:
            raise Refused(refusal.code, field=field, **refusal.facts) from refusal
    return kept


def ticked(values: Sequence[str]) -> list[UUID]:
    """The identifiers of the ticked lines; what is none is left out."""
    found = []
    for text in values:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
