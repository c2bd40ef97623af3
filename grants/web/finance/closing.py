"""The end of a year, step by step: what is left, what becomes of it, who signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

from grants.decisions.queries import award_names, held_by_envelope
from grants.decisions.queries.recused import recused_awards
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.ledger import queries, rules, services
from grants.ledger.operations import Fate, Kind, Stage
from grants.ledger.queries import BookLine, ClosedYear, Left
from grants.ledger.services import Choice, Signature
from grants.payments.attaching import Service, service_done
from grants.web.account.fields import options, required, stripped, typed
from grants.web.confirming import confirm, has_password, password_field
from grants.web.finance.acts import kept_book
from grants.web.finance.dating import AsOf, chosen_on
from grants.web.finance.tables import Cell, quantity, table_file
from grants.web.finance.words import FATE_WORDS, STAGE_WORDS
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("closing", __name__, url_prefix="/cloture")


class ClosingForm(Form):
    """Who signs, and the fingerprint of what they read."""

    name = StringField(
        _l("Your first name and name, as signature"),
        filters=[stripped],
        validators=[
            *required(_l("Write your first name and your name.")),
            Length(max=120, message=_l("This name is too long.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    password = password_field()
    seen = HiddenField()


@dataclass(frozen=True)
class State:
    """What the page is about."""

    book: BookLine
    left: Sequence[Left]
    voted: Mapping[UUID, int]
    done: Mapping[UUID, Service]
    ordered: int
    hidden: frozenset[UUID]

    @property
    def commitments(self) -> list[Left]:
        """What an award still holds."""
        return [one for one in self.left if one.award_id is not None]

    @property
    def lapsing(self) -> list[Left]:
        """What nobody holds."""
        return [one for one in self.left if one.award_id is None]

    def named(self, one: Left) -> str:
        """The name of the box in which its fate is chosen: its place in the list."""
        return f"fate-{self.left.index(one)}"

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Tie what is refused of a line to its own box."""
        try:
            yield
        except Refused as refusal:
            line = (refusal.facts.get("envelope_id"), refusal.facts.get("award_id"))
            for one in self.commitments:
                if (one.envelope_id, one.award_id) == line:
                    refusal.field = self.named(one)
            raise

    def attached(self, one: Left) -> int:
        """How much of a commitment is for a service that was certified in the year."""
        found = self.done.get(one.award_id) if one.award_id else None
        return min(found.amount, one.amount) if found and Fate.ATTACH in one.fates else 0


@bp.get("")
@allow(Audience.FINANCE, rules.can_read)
def show(session: Session) -> ResponseReturnValue:
    """The steps of the end of a year, or how it was closed; on a day, what was left then."""
    book, books, on = chosen_on(session)
    closed = _closed(session, book, on)
    if book is None or closed is not None:
        return render_template(
            "finance/closing/closed.html",
            book=book,
            books=books,
            on=on,
            closed=closed,
            names=award_names(
                session, (one[3] for one in closed.lines) if closed else (), viewer=current_actor()
            ),
            hidden=recused_awards(session, viewer=current_actor()),
            words=FATE_WORDS,
        )
    if on.day:
        return _dated(session, book, books, on)
    state = _state(session, book)
    form = _form_of(state)
    form.seen.data = queries.state_fingerprint(state.left)
    return _page(session, state, form, books, on)


@bp.get("/cloture.<any(csv, xlsx):style>")
@allow(Audience.FINANCE, rules.can_read)
def sheet(session: Session, style: str) -> ResponseReturnValue:
    """The signed list as a file; until then what is left, with what usually becomes of it."""
    book, _books, on = chosen_on(session)
    if book is None:
        raise Unknown
    closed = _closed(session, book, on)
    lines = (
        closed.lines
        if closed
        else [
            (one.envelope_id, one.envelope, one.unit, one.award_id, one.fates[0], one.amount)
            for one in queries.left_in(session, book.id, on.day)
        ]
    )
    hidden = recused_awards(session, viewer=current_actor())
    heads = [_("Envelope"), _("Award"), _("What becomes of it"), _("Amount"), _("Unit")]
    rows: list[list[Cell]] = [
        [
            *(label, str(award) if award and award not in hidden else None),
            *(str(FATE_WORDS[fate]), quantity(amount, unit), unit.value),
        ]
        for _envelope, label, unit, award, fate, amount in lines
    ]
    return table_file(style, f"cloture-{book.year}", heads, rows)


@bp.post("/<uuid:book_id>")
@allow(Audience.FINANCE, rules.keeps_books)
def sign(session: Session, book_id: UUID) -> ResponseReturnValue:
    """Sign the list, book what it says, and close the year. Twice is once."""
    book = kept_book(session, book_id)
    state = _state(session, book)
    form = _form_of(state)
    if form.validate():
        with attempt(session, form) as tried, state.beside():
            confirm(session, form.password.data or "")
            services.close_year(
                session,
                book_id,
                _choices(state, form),
                Signature(name=typed(form.name), seen=typed(form.seen)),
                voted=state.voted,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The year %(year)s is closed.", year=book.year), "success")
            return redirect(url_for(".show", book=book_id), 303)
        form.seen.data = queries.state_fingerprint(state.left)
    return _page(session, state, form, [], AsOf("", None)), form.status


def _closed(session: Session, book: BookLine | None, on: AsOf) -> ClosedYear | None:
    """How the year was closed: its entries are dated its last day."""
    if book is None or book.closed_at is None:
        return None
    is_before = on.day is not None and on.day < date(book.year, 12, 31)
    return None if is_before else queries.closed_year(session, book.id)


def _dated(session: Session, book: BookLine, books: Sequence[BookLine], on: AsOf) -> str:
    left = queries.left_in(session, book.id, on.day)
    viewer = current_actor()
    return render_template(
        "finance/closing/dated.html",
        book=book,
        books=books,
        on=on,
        left=left,
        names=award_names(session, (one.award_id for one in left), viewer=viewer),
        hidden=recused_awards(session, viewer=viewer),
        words=FATE_WORDS,
        stage_words=STAGE_WORDS,
    )


def _page(session: Session, state: State, form: Any, books: Sequence[BookLine], on: AsOf) -> str:
    year = state.book.year
    return render_template(
        "finance/closing/show.html",
        book=state.book,
        books=books,
        on=on,
        state=state,
        form=form,
        keeps=rules.keeps_books.holds(current_actor(), state.book),
        asks_password=has_password(session),
        names=award_names(
            session, (one.award_id for one in state.commitments), viewer=current_actor()
        ),
        is_over=paris_date(now()) >= date(year, 12, 31),
        last_day=date(year + 1, 1, 31),
        reserved=Stage.RESERVED,
        words=FATE_WORDS,
        stage_words=STAGE_WORDS,
    )


def _state(session: Session, book: BookLine) -> State:
    left = queries.left_in(session, book.id)
    lines = queries.envelopes(session, [book.funder_id], book.year)
    years = [one.id for one in lines if one.kind is Kind.ANNUAL]
    held = held_by_envelope(session, years)
    awards = {one.award_id for one in left if one.award_id is not None}
    return State(
        book=book,
        left=left,
        voted={envelope: sum(one.amount for one in ones) for envelope, ones in held.items()},
        done=service_done(session, awards, until=date(book.year, 12, 31)),
        ordered=sum(1 for one in lines if one.ordered),
        hidden=recused_awards(session, viewer=current_actor()),
    )


def _form_of(state: State) -> Any:
    """The form with a list of fates for each commitment that has several."""
    boxes = {
        state.named(one): SelectField(
            one.envelope,
            choices=options({fate.value: FATE_WORDS[fate] for fate in one.fates}),
            default=(Fate.ATTACH if state.attached(one) == one.amount else one.fates[0]).value,
        )
        for one in state.commitments
        if len(one.fates) > 1
    }
    return type("ClosingOfLines", (ClosingForm,), boxes)()


def _choices(state: State, form: Any) -> dict[tuple[UUID, UUID], Choice]:
    found = {}
    for one in state.commitments:
        if one.award_id is None:
            raise Unknown
        fate = Fate(form[state.named(one)].data) if state.named(one) in form else one.fates[0]
        attached = state.attached(one) if fate is not Fate.ATTACH else 0
        found[one.envelope_id, one.award_id] = Choice(fate, attached)
    return found
