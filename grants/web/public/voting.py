"""Voting: a ballot, an address or a printed code, a link, a receipt."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.kernel.errors import Refused
from grants.polls import queries, services
from grants.polls.links import link_id_of
from grants.polls.models import Poll
from grants.web.account.fields import email_field, typed
from grants.web.forms import Form, attempt
from grants.web.public import ballots
from grants.web.public.ballots import BallotForm, CodeForm, rule_in_words
from grants.web.public.votes import page
from grants.web.requests import keep_changes, now, settings
from grants.web.routes import ANYONE, Audience, allow
from grants.web.wording import language

bp = Blueprint("voting", __name__, url_prefix="/votes/<slug>")


class AddressForm(Form):
    """Where to write to."""

    email = email_field()


@bp.post("/bulletin")
@allow(Audience.PUBLIC, ANYONE)
def ballot(session: Session, slug: str) -> ResponseReturnValue:
    """A ballot is filled in: now, who votes? Nothing of it is kept here."""
    poll, form = queries.published(session, slug), BallotForm.sent()
    _demand_open(poll)
    if not form.holds(poll):
        return page(poll, form), form.status
    return address_page(poll, form, AddressForm(formdata=None))


@bp.post("/adresse")
@allow(Audience.PUBLIC, ANYONE)
def ask(session: Session, slug: str) -> ResponseReturnValue:
    """Write to the voter; the ballot stays in their browser."""
    poll, form, asked = queries.published(session, slug), BallotForm.sent(), AddressForm()
    if not form.holds(poll):
        return page(poll, form), form.status
    if not asked.validate():
        return address_page(poll, form, asked), asked.status
    answered = services.ask_link(
        session,
        poll,
        typed(asked.email),
        secret_key=settings().secret_key,
        locale=language(),
        address=request.remote_addr or "",
        now=now(),
    )
    if answered is services.Asked.DISPOSABLE:
        keep_changes()  # it is counted for the report of anomalies
        asked.refuse(Refused("poll.disposable", field="email"))
        return address_page(poll, form, asked), asked.status
    answer = make_response(redirect(url_for(".sent", slug=slug), 303))
    ballots.keep(answer, poll, form)
    return answer


@bp.get("/courriel-envoye")
@allow(Audience.PUBLIC, ANYONE)
def sent(session: Session, slug: str) -> ResponseReturnValue:
    """Look in your mailbox."""
    return render_template("public/votes/sent.html", poll=queries.published(session, slug))


@bp.get("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def confirm(session: Session, slug: str, token: str) -> ResponseReturnValue:
    """Where the mail leads: the ballot once more, to be counted by a button."""
    link_id = link_id_of(settings().secret_key, token)
    poll = queries.published(session, slug)
    services.waiting(session, poll, link_id, now=now())
    return confirm_page(poll, BallotForm.kept(poll))


@bp.post("/confirmation/<token>")
@allow(Audience.PUBLIC, ANYONE)
def cast(session: Session, slug: str, token: str) -> ResponseReturnValue:
    """Count the ballot and show its receipt, once."""
    link_id = link_id_of(settings().secret_key, token)
    poll, form = queries.published(session, slug), BallotForm.sent()
    if not form.holds(poll):
        return confirm_page(poll, form), form.status
    code = services.cast_by_link(
        session,
        poll,
        link_id,
        form.choices,
        secret_key=settings().secret_key,
        address=request.remote_addr or "",
        now=now(),
    )
    return receipt(poll, code)


@bp.get("/salle/<code>")
@allow(Audience.PUBLIC, ANYONE)
def hall(session: Session, slug: str, code: str) -> ResponseReturnValue:
    """Where the QR code of a printed slip leads: the ballot, without any address."""
    poll = queries.published(session, slug)
    _demand_open(poll)
    known = services.check_code(session, poll, code, secret_key=settings().secret_key)
    return confirm_page(poll, BallotForm.blank(), code=known)


@bp.post("/salle")
@allow(Audience.PUBLIC, ANYONE)
def cast_in_hall(session: Session, slug: str) -> ResponseReturnValue:
    """Count the ballot of a printed code."""
    poll, form, slip = queries.published(session, slug), BallotForm.sent(), CodeForm()
    if not form.holds(poll):
        return confirm_page(poll, form, code=typed(slip.code)), form.status
    if slip.validate():
        with attempt(session, slip) as tried:
            code = services.cast_by_code(
                session,
                poll,
                typed(slip.code),
                form.choices,
                secret_key=settings().secret_key,
                address=request.remote_addr or "",
                now=now(),
            )
        if not tried.refused:
            return receipt(poll, code)
    return address_page(poll, form, AddressForm(formdata=None), slip), slip.status


@bp.get("/changer")
@allow(Audience.PUBLIC, ANYONE)
def change(session: Session, slug: str) -> ResponseReturnValue:
    """The receipt of a ballot, and what is to stand in its place."""
    poll = queries.published(session, slug)
    _demand_open(poll)
    return change_page(poll, BallotForm.blank(), CodeForm(formdata=None))


@bp.post("/changer")
@allow(Audience.PUBLIC, ANYONE)
def replace(session: Session, slug: str) -> ResponseReturnValue:
    """Put a ballot in the place of another one."""
    poll, form, slip = queries.published(session, slug), BallotForm.sent(), CodeForm()
    if not slip.validate() or not form.holds(poll):
        return change_page(poll, form, slip), max(slip.status, form.status)
    with attempt(session, slip) as tried:
        services.replace(session, poll, typed(slip.code), form.choices, now=now())
    if tried.refused:
        return change_page(poll, form, slip), slip.status
    return render_template("public/votes/changed.html", poll=poll)


def receipt(poll: Poll, code: str) -> Response:
    """The receipt: shown once, kept neither here nor on the way."""
    answer = make_response(render_template("public/votes/receipt.html", poll=poll, code=code))
    answer.cache_control.no_store = True
    ballots.forget(answer, poll)
    return answer


def address_page(
    poll: Poll, form: BallotForm, asked: AddressForm, slip: CodeForm | None = None
) -> str:
    """Who votes: an address, or a printed code."""
    return render_template(
        "public/votes/address.html",
        poll=poll,
        ballot=form,
        form=slip if slip and slip.errors else asked,
        asked=asked,
        slip=slip or CodeForm(formdata=None),
    )


def confirm_page(poll: Poll, form: BallotForm, code: str = "") -> str:
    """The ballot to be counted."""
    return render_template(
        "public/votes/confirm.html", poll=poll, form=form, code=code, rule=rule_in_words(poll)
    )


def change_page(poll: Poll, form: BallotForm, slip: CodeForm) -> str:
    """The page where a ballot is replaced."""
    return render_template(
        "public/votes/change.html",
        poll=poll,
        form=slip if slip.errors else form,
        ballot=form,
        slip=slip,
        rule=rule_in_words(poll),
    )


def _demand_open(poll: Poll) -> None:
    if not poll.is_open(now()):
        raise Refused("poll.not_open", opens_at=poll.opens_at, closes_at=poll.closes_at)
