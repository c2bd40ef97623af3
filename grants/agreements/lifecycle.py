"""An agreement, or an amendment: drafted, sent, signed by each side, then in force."""

from __future__ import annotations

from grants.agreements.models import ActState
from grants.agreements.rules import (
    drafts_agreements,
    signs_for_applicant,
    signs_for_authority,
)
from grants.kernel.workflow import Lifecycle, Transition

S = ActState

LIFECYCLE = Lifecycle(
    subject="agreement",
    initial=S.DRAFTED,
    transitions=(
        Transition("send", {S.DRAFTED}, S.SENT, drafts_agreements),
        # On paper, an officer records the beneficiary's signature.
        Transition("sign", {S.SENT}, S.SIGNED, signs_for_applicant | drafts_agreements),
        Transition("countersign", {S.SIGNED}, S.COUNTERSIGNED, signs_for_authority),
        Transition("bring_into_force", {S.COUNTERSIGNED}, S.IN_FORCE, drafts_agreements),
    ),
)
