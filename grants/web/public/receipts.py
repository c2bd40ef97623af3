"""Whether a receipt, or a proof of signature, is true: who holds its code may ask.

Nobody reads anything of what was deposited or signed.
"""

from __future__ import annotations

import hashlib
import re
from typing import BinaryIO

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.agreements import queries as agreements
from grants.applications import queries
from grants.applications.proof import as_code
from grants.web.agreements import SIDES
from grants.web.requests import store
from grants.web.routes import ANYONE, Audience, allow

bp = Blueprint("receipts", __name__, url_prefix="/recepisse")

UNKNOWN = 404
DIGEST = re.compile(r"[0-9a-f]{64}")
PIECE = 1 << 20


@bp.get("")
@allow(Audience.PUBLIC, ANYONE)
def ask(_session: Session) -> ResponseReturnValue:
    """Where a code is typed."""
    typed = request.args.get("code", "")
    if code := as_code(typed):
        return redirect(url_for(".show", code=code), 303)
    return render_template("public/receipts/show.html", proven=None, typed=typed)


@bp.get("/<code>")
@allow(Audience.PUBLIC, ANYONE)
def show(session: Session, code: str) -> ResponseReturnValue:
    """What a code proves: that something was deposited, or signed, when, and its fingerprints."""
    signed = agreements.proven(session, code)
    if signed is not None:
        return signature_page(signed)
    proven = queries.proven(session, code)
    page = render_template("public/receipts/show.html", proven=proven, typed=code)
    return page, 200 if proven else UNKNOWN


def signature_page(signed: agreements.Proven) -> str:
    """What a proof of signature proves, its fingerprints worked out again from what is kept."""
    asked = "".join(request.args.get("empreinte", "").lower().split())
    return render_template(
        "public/receipts/signature.html",
        signed=signed,
        sides=SIDES,
        document=recomputed(signed.document_sha256),
        proof=recomputed(signed.proof_sha256),
        asked=asked if DIGEST.fullmatch(asked) else "",
        typed=request.args.get("empreinte", ""),
    )


def recomputed(sha256: str) -> bool:
    """Whether the bytes that are kept under a fingerprint still have it."""
    try:
        with store().open(sha256) as stream:
            return digest_of(stream) == sha256
    except FileNotFoundError:
        return False


def digest_of(stream: BinaryIO) -> str:
    """The SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()
