"""Every lifecycle of the product, drawn: `docs/states.md` is written from here."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, NamedTuple

from grants.agreements.lifecycle import LIFECYCLE as AGREEMENT
from grants.appeals.lifecycle import LIFECYCLE as APPEAL
from grants.applications.lifecycle import LIFECYCLE as APPLICATION
from grants.calls.lifecycle import LIFECYCLE as CALL
from grants.decisions.lifecycle import LIFECYCLE as COUNCIL_SESSION
from grants.juries.hearings.models import Attendance, Coming
from grants.juries.lifecycle import REVIEW
from grants.juries.models import BallotState
from grants.juries.phases import Phase
from grants.kernel.workflow import Lifecycle
from grants.payments.lifecycle import CLAIM, ORDER
from grants.sittings.models import Outcome
from grants.withdrawals.lifecycle import LIFECYCLE as WITHDRAWAL

LIFECYCLES: tuple[Lifecycle[Any], ...] = (
    CALL,
    APPLICATION,
    REVIEW,
    COUNCIL_SESSION,
    CLAIM,
    ORDER,
    APPEAL,
    AGREEMENT,
    WITHDRAWAL,
)


class Arrow(NamedTuple):
    """What leads from one state to the next, and by whom."""

    name: str
    source: str
    target: str
    who: str


@dataclass(frozen=True)
class Observed:
    """States outside the lifecycle tables, mostly read from acts and dates; `where` it is said."""

    subject: str
    where: str
    initial: str
    arrows: tuple[Arrow, ...]


CHAIR = "the jury's chair, or an officer of its call"
OFFICER = "an officer of the call"
CLOCK = "the clock"
MEMBER = "the member, in their own name or with a proxy"

OBSERVED: tuple[Observed, ...] = (
    Observed(
        "jury",
        "grants/juries/phases.py",
        Phase.PREPARATION,
        (
            Arrow("the stage begins", Phase.PREPARATION, Phase.SCORING, CLOCK),
            Arrow("the stage ends", Phase.SCORING, Phase.WAITING, CLOCK),
            Arrow("open_discussion", Phase.SCORING, Phase.DISCUSSION, CHAIR),
            Arrow("open_discussion", Phase.WAITING, Phase.DISCUSSION, CHAIR),
            Arrow("close_jury", Phase.SCORING, Phase.CLOSED, CHAIR),
            Arrow("close_jury", Phase.WAITING, Phase.CLOSED, CHAIR),
            Arrow("close_jury", Phase.DISCUSSION, Phase.CLOSED, CHAIR),
            Arrow(
                "grant_reopening",
                Phase.CLOSED,
                Phase.DISCUSSION,
                "an officer asks with a reason, another one grants it",
            ),
        ),
    ),
    Observed(
        "hearing",
        "grants/juries/hearings/models.py",
        "unplaced",
        (
            Arrow("apply_proposal", "unplaced", "placed", OFFICER),
            Arrow("move", "unplaced", "placed", OFFICER),
            Arrow("move", "placed", "placed", OFFICER),
            Arrow("convoke", "placed", "convoked", OFFICER),
            Arrow("move", "convoked", "placed", OFFICER),
            Arrow("call_off", "convoked", "unplaced", OFFICER),
            Arrow("answer_convocation", "convoked", Coming.CONFIRMED, "represents the applicant"),
            Arrow("answer_convocation", "convoked", Coming.UNABLE, "represents the applicant"),
            *(Arrow("mark_attendance", Coming.CONFIRMED, one, OFFICER) for one in Attendance),
        ),
    ),
    Observed(
        "ballot of a juror",
        "grants/juries/services/balloting.py",
        BallotState.DRAFT,
        (
            Arrow("save_ballot", BallotState.DRAFT, BallotState.DRAFT, "the member"),
            Arrow("save_ballot, as final", BallotState.DRAFT, BallotState.FINAL, "the member"),
        ),
    ),
    Observed(
        "meeting of a jury",
        "grants/sittings/models.py",
        "prepared",
        (
            Arrow("open_sitting", "prepared", "open", CHAIR),
            Arrow("close_sitting", "open", "closed", CHAIR),
            Arrow("sign_minutes", "closed", "signed", "the jury's chair"),
        ),
    ),
    Observed(
        "vote in a meeting",
        "grants/sittings/services/voting.py",
        "open",
        (
            Arrow("cast_vote", "open", "open", MEMBER),
            *(Arrow("close_motion", "open", one, CHAIR) for one in Outcome),
        ),
    ),
    Observed(
        "public vote",
        "grants/polls/models.py",
        "draft",
        (
            Arrow("publish", "draft", "upcoming", OFFICER),
            Arrow("the window opens", "upcoming", "open", CLOCK),
            Arrow("the window ends", "open", "counting", CLOCK),
            Arrow("close_due", "counting", "counted", "the software itself"),
        ),
    ),
    Observed(
        "ballot of a public vote",
        "grants/polls/services/voting.py",
        "filled",
        (
            Arrow("ask_link", "filled", "confirming", "anyone, by an address"),
            Arrow("cast_by_link", "confirming", "cast", "whoever reads that mailbox, once"),
            Arrow("cast_by_code", "filled", "cast", "whoever holds a printed code, once"),
            Arrow("replace", "cast", "cast", "whoever holds the receipt"),
            Arrow("close_due", "cast", "counted", "the software itself"),
        ),
    ),
)
HEAD = """# States

Written from the lifecycle tables by `make docs`; a test compares. Who may take an arrow, and on
which conditions, stands in the `lifecycle.py` of each domain.
"""

READ = """# States that are read

Most of these stand in no column: they follow from acts and dates, and can never disagree with them.
"""


def document() -> str:
    """The text of `docs/states.md`."""
    stored = [_section(one) for one in LIFECYCLES]
    return "\n".join([HEAD, *stored, READ, *(_observed(one) for one in OBSERVED)])


def _section(lifecycle: Lifecycle[Any]) -> str:
    rows = [
        f"| {t.name} | {', '.join(sorted(t.sources))} | {t.target} | {t.by.name} |"
        for t in lifecycle.transitions
    ]
    return "\n".join(
        [
            f"## {lifecycle.subject}\n",
            f"```mermaid\n{lifecycle.mermaid()}\n```\n",
            "| transition | from | to | who |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _observed(one: Observed) -> str:
    drawn = [f"    {arrow.source} --> {arrow.target}: {arrow.name}" for arrow in one.arrows]
    rows = [
        f"| {arrow.name} | {arrow.source} | {arrow.target} | {arrow.who} |" for arrow in one.arrows
    ]
    return "\n".join(
        [
            f"## {one.subject}\n",
            f"`{one.where}`\n",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {one.initial}",
            *drawn,
            "```\n",
            "| transition | from | to | who |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(document())
