"""Who prepares a mentoring, who follows it, who gives and who gets the hours."""

from __future__ import annotations

from sqlalchemy import and_

from grants.applications.rules import is_author_side, may_fill, not_recused
from grants.calls.rules import works_for
from grants.kernel.access import FunderRole, Rule
from grants.mentoring.models import Mentor

# On the call of a stage (its funders loaded).
manages = works_for("is an officer of a funder of the call", FunderRole.OFFICER)
follows = works_for(
    "follows the mentoring for a funder",
    FunderRole.OFFICER,
    FunderRole.AUDITOR,
    FunderRole.ELECTED,
)

# On a pair (its mentor and application loaded; in SQL, joined).
helps = Rule(
    "is the mentor, and is not recused from the application",
    lambda actor, pair: (
        pair.mentor.email == actor.email and not_recused.holds(actor, pair.application)
    ),
    lambda actor: and_(Mentor.email == actor.email, not_recused.where(actor)),
)
is_helped = Rule(
    "is on the side of the applicant who is helped",
    lambda actor, pair: is_author_side.holds(actor, pair.application),
    is_author_side.where,
)
notes = Rule(
    "fills in for the applicant who is helped",
    lambda actor, pair: may_fill.holds(actor, pair.application),
    may_fill.where,
)
