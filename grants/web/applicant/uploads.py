"""Documents in pieces: what the script of the page asks. Without it, the plain form sends whole."""

from __future__ import annotations

import io
from uuid import UUID

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.applications import rules, services
from grants.kernel.errors import Refused
from grants.web.forms import CONFLICT, INVALID
from grants.web.requests import current_actor, keep_changes, now, store
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("uploads", __name__)

PIECE_MAX = 2 * 1024 * 1024
NAME_MAX = 300


@bp.post("/<uuid:application_id>/envois")
@allow(Audience.APPLICANT, rules.may_fill)
def begin(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Announce a document: its field, name and size in bytes."""
    size = request.form.get("size", type=int)
    if size is None or not 0 <= size < 2**40:
        return jsonify(message=sentence(Refused("files.empty"))), INVALID
    try:
        upload_id = services.begin_upload(
            session,
            application_id,
            request.form.get("field", ""),
            name=request.form.get("name", "")[:NAME_MAX],
            size=size,
            actor=current_actor(),
            now=now(),
        )
    except Refused as refusal:
        return refused(refusal)
    return jsonify(url=url_for(".piece", upload_id=upload_id), piece=PIECE_MAX // 4)


@bp.get("/envois/<uuid:upload_id>")
@allow(Audience.APPLICANT, rules.may_fill)
def state(session: Session, upload_id: UUID) -> ResponseReturnValue:
    """How much of it is here: where to go on from after a cut."""
    here = services.arrived(session, store(), upload_id, actor=current_actor())
    return jsonify(arrived=here)


@bp.post("/envois/<uuid:upload_id>")
@allow(Audience.APPLICANT, rules.may_fill)
def piece(session: Session, upload_id: UUID) -> ResponseReturnValue:
    """One piece, as bare bytes; `at` says where it begins. The last one attaches the document."""
    at = request.args.get("at", type=int)
    length = request.content_length
    if at is None or length is None or not 0 < length <= PIECE_MAX:
        return jsonify(message=sentence(Refused("files.too_large", megabytes=2))), INVALID
    try:
        here, attached = services.receive_piece(
            session,
            store(),
            upload_id,
            io.BytesIO(request.get_data(cache=False)),
            at=at,
            actor=current_actor(),
            now=now(),
        )
    except Refused as refusal:
        if "arrived" not in refusal.facts:
            services.drop_upload(session, store(), upload_id, actor=current_actor())
            keep_changes()  # a refused document leaves no half of itself behind
        return refused(refusal)
    return jsonify(arrived=here, done=attached is not None)


def refused(refusal: Refused) -> ResponseReturnValue:
    """Why it is not taken; after a cut, where to go on from."""
    return jsonify(message=sentence(refusal), arrived=refusal.facts.get("arrived")), CONFLICT
