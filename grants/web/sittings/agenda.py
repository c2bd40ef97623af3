"""The agenda of a meeting, in order and out of it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.sittings import queries, rules, services
from grants.sittings.queries import ItemLine
from grants.sittings.services import Order
from grants.web.forms import Form, attempt
from grants.web.paging import Page, asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sittings.forms import ORDERS

bp = Blueprint("agenda", __name__, url_prefix="/<uuid:sitting_id>/ordre-du-jour")


@bp.get("")
@allow(Audience.SIGNED_IN, rules.sees)
def show(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """The agenda, without what one is recused from."""
    return page(session, sitting_id, Form())


@bp.post("")
@allow(Audience.SIGNED_IN, rules.leads)
def arrange(session: Session, sitting_id: UUID) -> ResponseReturnValue:
    """Put it in order, or move or drop one line: `act` says what, as « up:identifier »."""
    form = Form()
    with attempt(session, form) as tried:
        _arrange(session, sitting_id, *request.form.get("act", "").partition(":")[::2])
    if tried.refused:
        return page(session, sitting_id, form), form.status
    return redirect(url_for(".show", sitting_id=sitting_id, page=asked_page()), 303)


def _arrange(session: Session, sitting_id: UUID, what: str, line: str) -> None:
    actor = current_actor()
    if what in {one.value for one in Order}:
        services.reorder(session, sitting_id, Order(what), actor=actor, now=now())
        return
    item_id = UUID(line) if len(line) == len(str(sitting_id)) and _is_id(line) else UUID(int=0)
    if what == "drop":
        services.drop_item(session, sitting_id, item_id, actor=actor)
    else:
        services.shift(session, sitting_id, item_id, up=what != "down", actor=actor)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def page(session: Session, sitting_id: UUID, form: Form) -> str:
    """The agenda as a page."""
    actor = current_actor()
    sitting = queries.sitting(session, sitting_id, actor)
    found = page_of(session, queries.agenda(sitting, actor), number=asked_page())
    return render_template(
        "sittings/agenda.html",
        sitting=sitting,
        jury=sitting.jury,
        page=Page(
            [ItemLine(*row) for row in found.rows], found.number, found.per_page, found.total
        ),
        leads=queries.leads(session, sitting, actor),
        orders=ORDERS,
        form=form,
    )
