"""Submit, withdraw, and let drafts lapse when their call has closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CTE, String, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.applications import answers, proof
from grants.applications.filling import Deposit
from grants.applications.lifecycle import LIFECYCLE, call_is_open, nothing_is_missing
from grants.applications.models import Application, ApplicationCounter, ApplicationState
from grants.applications.queries.one import locked_own
from grants.applications.services.drafting import name_of_applicant
from grants.applications.services.telling import tell, telling
from grants.calls.models import Batch, Call, CallFunder, CallKind
from grants.calls.queries import receives_until
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.errors import Refused
from grants.kernel.identity import new_id

DIGITS_MIN = 4
TEST_NUMBER = "0000"
"""What a try of a call is shown as its number: one that no application ever has."""


@dataclass(frozen=True)
class Receipt:
    """Proof of submission: the number, and the instant the request was received."""

    application_id: UUID
    number: str
    submitted_at: datetime
    is_test: bool = False


@dataclass(frozen=True)
class Certificate:
    """Who certifies what is deposited, in which quality, and what they declare (stable keys)."""

    signatory: str
    quality: str = ""
    attestations: Sequence[str] = ()


def submit(
    session: Session,
    application_id: UUID,
    *,
    certificate: Certificate | None = None,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Submit a draft to its call; `now` is the instant at which the request was received.

    It is taken once, at the head of the request, and alone decides. Submitting again (double
    click, Back, an answer that was lost) gives the same receipt. Locks the application, then,
    in its very last statement, the call's counter: numbers have no gaps. What is deposited is
    kept beside it with its digests, who certified it, and the code of the receipt; without a
    `certificate` the actor signs. Announces `application.submitted`, on which the
    acknowledgement is mailed and a copy in PDF made. Three statements.

    Raises:
        Unknown: there is no such application, or the actor is not on the applicant's side.
        Forbidden: the actor may fill it in, but does not represent the applicant.
        Refused: `application.submit.not_open`, `…closed` with both instants, `…incomplete`,
            `…unconfirmed`, or `…from_<state>`.
    """
    application = locked_own(session, application_id, actor)
    if application.is_test:
        return _tried(application, actor=actor, now=now)
    if application.number is not None and application.submitted_at is not None:
        return Receipt(application.id, application.number, application.submitted_at)
    late = application.state is ApplicationState.LAPSED and call_is_open(application, now)
    if late:  # it lapsed between the page and the button: both instants are still told
        LIFECYCLE["submit"].by.require(actor, application)
        raise late
    LIFECYCLE.move(application, "submit", actor=actor, now=now)
    application.submitted_at = now
    application.submitted_by = actor.id
    proof_of_it = _proof(application, certificate or Certificate(actor.name), now)
    funder_id = application.call.lead_id
    told = telling("application.submitted", application.id, funder_id, actor=actor, now=now)
    _take_number(application, proof_of_it, *told)
    _join_batch(application, now)
    answers.sum_up(application, name_of_applicant(application))
    session.flush()
    return Receipt(application.id, str(application.number), now)


def _proof(application: Application, certificate: Certificate, now: datetime) -> CTE:
    """What was deposited, to be written in the statement that gives the number."""
    kept = insert(Deposit).values(
        id=new_id(),
        application_id=application.id,
        code=proof.new_code(),
        received_at=now,
        signatory=certificate.signatory.strip() or name_of_applicant(application),
        quality=certificate.quality.strip(),
        attestations=list(certificate.attestations),
        answers_sha256=proof.digest(application.answers),
        files=proof.listed(application),
    )
    return kept.cte("kept")


def _tried(application: Application, *, actor: Actor, now: datetime) -> Receipt:
    """All that submitting checks, and nothing that it writes: a try leaves no trace."""
    LIFECYCLE["submit"].by.require(actor, application)
    refusal = nothing_is_missing(application, now)
    if refusal is not None:
        raise refusal
    return Receipt(
        application.id, f"{application.call.number_prefix}-{TEST_NUMBER}", now, is_test=True
    )


def withdraw(session: Session, application_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Withdraw an application, at any time before an award. Twice is once.

    Locks the application. Announces `application.withdrawn`.

    Raises:
        Unknown: there is no such application, or the actor is not on the applicant's side.
        Forbidden: the actor does not represent the applicant.
        Refused: `application.withdraw.from_<state>`.
    """
    application = locked_own(session, application_id, actor)
    if application.is_test:
        raise Refused("application.withdraw.is_test")
    if application.withdrawn_at is not None:
        return
    LIFECYCLE.move(application, "withdraw", actor=actor, now=now)
    application.withdrawn_at = now
    session.flush()
    funder_id = application.call.lead_id
    tell(session, "application.withdrawn", application.id, funder_id, actor=actor, now=now)


def lapse_drafts(session: Session, *, now: datetime) -> int:
    """Let the drafts of closed calls lapse; return how many did. Set-based; twice is once.

    A call's grace, and an access code's term, are waited for; tries of a call never lapse.
    Skips drafts that are locked at this instant (someone is submitting in time): the next run
    takes them. Announces `application.lapsed` for each, on which its author is told.
    """
    lapse = LIFECYCLE["lapse"]
    due = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.state.in_(lapse.sources),
            Application.is_test.is_(False),
            Call.closes_at <= now,
            receives_until() <= now,
            or_(Application.late_until.is_(None), Application.late_until <= now),
        )
        .with_for_update(skip_locked=True, of=Application)
    )
    lead = select(CallFunder.funder_id).where(
        CallFunder.call_id == Application.call_id, CallFunder.is_lead
    )
    lapsed = session.execute(
        update(Application)
        .where(Application.id.in_(due))
        .values(state=lapse.target, lapsed_at=now)
        .returning(Application.id, lead.scalar_subquery())
        .execution_options(synchronize_session=False)
    ).all()
    for application_id, funder_id in sorted(lapsed):
        tell(session, "application.lapsed", application_id, funder_id, actor=SYSTEM, now=now)
    return len(lapsed)


def _join_batch(application: Application, now: datetime) -> None:
    """An application to a rolling call is judged with the next batch to be cut off, if any."""
    if application.call.kind is CallKind.ROLLING:
        following = select(Batch.id).where(
            Batch.call_id == application.call_id, Batch.cut_off_at > now
        )
        application.batch_id = following.order_by(Batch.cut_off_at).limit(1).scalar_subquery()


def _take_number(application: Application, *beside: CTE) -> None:
    """Have the statement that writes the row take the call's next number in the same breath.

    And do what goes `beside` it: keep the proof of the deposit, announce it.

    The counter is then locked for one round trip and the commit.
    """
    counter = insert(ApplicationCounter).values(call_id=application.call_id, last=1)
    counted = (
        counter.on_conflict_do_update(
            index_elements=[ApplicationCounter.call_id],
            set_={"last": ApplicationCounter.last + 1},
        )
        .returning(ApplicationCounter.last)
        .cte("counted")
    )
    digits = cast(counted.c.last, String)
    padded = func.lpad(digits, func.greatest(DIGITS_MIN, func.length(digits)), "0")
    number = func.concat(application.call.number_prefix, "-", padded)
    application.place = select(counted.c.last).add_cte(*beside).scalar_subquery()
    application.number = select(number).scalar_subquery()
