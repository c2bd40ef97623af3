"""A juror's ballot, where the jury's rule ranks by ballots."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from grants.calls.models import RankingRule
from grants.juries import queries, rules, services
from grants.juries.ballots import VALUE_MAX
from grants.juries.lifecycle import jury_reads, jury_revises, jury_scores
from grants.juries.queries import BallotDesk
from grants.juries.services import Choices
from grants.juries.statistics.ballots import Fault, Flaw
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.ballot_boxes import POINTS, RANK, BoxForm, garbled, misplaced, told
from grants.web.ballot_words import how_it_ranks, how_to_vote
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

TEXT_MAX = 4_000
ABSTAIN, CAST = "abstain", "cast"

bp = Blueprint("ballots", __name__, url_prefix="/<uuid:jury_id>/bulletin")


class JurorBallotForm(BoxForm):
    """A juror's choices; `version` is that of the ballot on screen when the page was sent."""

    version = HiddenField()
    reason = TextAreaField(
        _l("Why you change your ballot"),
        description=_l("One sentence. It is kept with what your ballot said before."),
        validators=[Length(max=TEXT_MAX)],
        render_kw={"rows": 2},
    )
    abstained: frozenset[UUID] = frozenset()

    @classmethod
    def kept(cls, desk: BallotDesk) -> JurorBallotForm:
        """The ballot as it was saved."""
        form = cls.blank({one.application_id: one.value for one in desk.lines if one.value})
        form.abstained = frozenset(one.application_id for one in desk.lines if one.abstained)
        form.version.data = str(desk.version)
        return form

    @classmethod
    def received(cls, desk: BallotDesk) -> JurorBallotForm:
        """The ballot that came with the request, its boxes named as the rule names them."""
        form = cls.sent(RANK if desk.jury.rule is RankingRule.SCHULZE else POINTS)
        try:
            form.abstained = frozenset(UUID(one) for one in request.form.getlist(ABSTAIN))
        except ValueError:
            form.is_garbled = True
        return form

    @property
    def written(self) -> Choices:
        """What the juror chose."""
        version = self.version.data or ""
        return Choices(
            version=int(version) if version.isdecimal() and len(version) < len("1" * 9) else 0,
            values=self.choices,
            abstained=self.abstained,
        )

    def says_why(self) -> bool:
        """Whether a change comes with its sentence; otherwise it says so. Status 422."""
        if not (self.reason.data or "").strip():
            self.reason.errors = [sentence(Refused("ballot.revise.reason"))]
        return not self.reason.errors

    def holds(self, desk: BallotDesk, *, final: bool) -> bool:
        """Whether it may be kept, or cast when `final`; otherwise it says why not. Status 422."""
        known = {one.application_id for one in desk.lines}
        jury, choices = desk.jury, self.written
        self.form_errors = []
        if self.is_garbled or any(not 1 <= one <= VALUE_MAX for one in self.choices.values()):
            self.form_errors = [misplaced() if jury.rule is RankingRule.SCHULZE else garbled()]
        elif not known.issuperset([*self.choices, *self.abstained]):
            unknown = Fault(Flaw.UNKNOWN, len(self.choices), len(known))
            self.form_errors = [told(unknown, str)]
        elif both := self.abstained.intersection(self.choices):
            numbers = [one.number for one in desk.lines if one.application_id in both]
            self.form_errors = [
                _(
                    "%(numbers)s: choose, or say that you have no opinion, not both.",
                    numbers=wording.listed(numbers),
                )
            ]
        elif final and (fault := services.fault_of(desk, choices)):
            shares = jury.rule is RankingRule.POINTS
            amounts = {"amount": lambda value: wording.amount(value, jury.call.unit)}
            self.form_errors = [told(fault, **amounts, shares=shares)]
        return not self.form_errors


@bp.get("")
@allow(Audience.JUROR, rules.sits)
def show(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """The ballot as it was left."""
    desk = queries.ballot_desk(session, jury_id, current_actor())
    return page(desk, JurorBallotForm.kept(desk))


@bp.post("")
@allow(Audience.JUROR, rules.sits)
def save(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Keep it as a draft, or cast it, as the button says."""
    actor, final = current_actor(), request.form.get("intent") == CAST
    desk = queries.ballot_desk(session, jury_id, actor)
    form = JurorBallotForm.received(desk)
    if form.validate() and form.holds(desk, final=final):
        with attempt(session, form) as tried:
            services.save_ballot(
                session, jury_id, form.written, final=final, actor=actor, now=now()
            )
        if not tried.refused:
            flash(_("Your ballot is cast.") if final else _("Your draft is saved."), "success")
            return redirect(url_for(".show", jury_id=jury_id), 303)
        desk = queries.ballot_desk(session, jury_id, actor)
        # Told of what was saved meanwhile, one replaces it knowingly; a mistake tells nothing.
        form.version.data = str(desk.version)
    return page(desk, form), form.status


@bp.post("/revision")
@allow(Audience.JUROR, rules.sits)
def revise(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Change a cast ballot, in the discussion, and say why."""
    actor = current_actor()
    desk = queries.ballot_desk(session, jury_id, actor)
    form = JurorBallotForm.received(desk)
    if form.validate() and form.holds(desk, final=True) and form.says_why():
        with attempt(session, form) as tried:
            reason = form.reason.data or ""
            services.revise_ballot(
                session, jury_id, form.written, reason=reason, actor=actor, now=now()
            )
        if not tried.refused:
            flash(_("Your ballot is changed; what it said is kept."), "success")
            return redirect(url_for(".show", jury_id=jury_id), 303)
        desk = queries.ballot_desk(session, jury_id, actor)
        form.version.data = str(desk.version)
    return page(desk, form), form.status


def page(desk: BallotDesk, form: JurorBallotForm) -> str:
    """The ballot as a page: to fill in, or to read once it is cast or the jury no longer scores."""
    refusal = jury_scores(desk.jury, now())
    revises = desk.is_final and jury_revises(desk.jury, now()) is None
    return render_template(
        "juror/ballots/show.html",
        desk=desk,
        jury=desk.jury,
        form=form,
        numbers=RANK if desk.jury.rule is RankingRule.SCHULZE else POINTS,
        most=most_of(desk),
        how_to_vote=how_to_vote(desk.jury),
        how_it_ranks=how_it_ranks(desk.jury),
        why_not="" if desk.is_final or refusal is None else sentence(refusal),
        reads=jury_reads(desk.jury, now()) is None,
        writes=revises or (refusal is None and not desk.is_final),
        revises=revises,
        totals=totals_of(desk, form),
    )


@dataclass(frozen=True)
class Totals:
    """What a ballot gives so far of what it has: in words, and for the script that counts on.

    `pattern` has {given} where the sum goes; `unit` is "" for points.
    """

    given: int
    most: int
    words: str
    pattern: str
    unit: str = ""


def totals_of(desk: BallotDesk, form: JurorBallotForm) -> Totals | None:
    """Points given or amounts asked for by the files chosen; None under the other rules."""
    jury, mark = desk.jury, "{given}"
    if jury.rule is RankingRule.POINTS:
        given, most = sum(form.choices.values()), jury.ballot_points or 0

        def said(shown: object) -> str:
            return str(_("%(given)s points given, of %(most)s.", given=shown, most=most))

        return Totals(given, most, said(given), said(mark))
    if jury.rule is RankingRule.BUDGET:
        unit, most = jury.call.unit, jury.ballot_budget or 0
        given = sum(one.requested for one in desk.lines if one.application_id in form.choices)
        budget = wording.amount(most, unit)

        def asked(shown: object) -> str:
            return str(
                _(
                    "Your choices ask for %(given)s together, of %(budget)s.",
                    given=shown,
                    budget=budget,
                )
            )

        return Totals(given, most, asked(wording.amount(given, unit)), asked(mark), unit.value)
    return None


def most_of(desk: BallotDesk) -> int:
    """The greatest number that a box takes."""
    if desk.jury.rule is RankingRule.SCHULZE:
        return len(desk.lines)
    return desk.jury.ballot_points or 0
