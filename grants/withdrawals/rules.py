"""Who takes awards back, who reads of it, who asks the money back. Recusal outranks every role."""

from __future__ import annotations

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import FunderRole, for_funder, unless_recused
from grants.withdrawals.models import Withdrawal

COLLECTORS = (FunderRole.FINANCE,)


OWN = Withdrawal.funder_id
not_recused = unless_recused(Withdrawal.application_id)

can_read = (for_funder("reads the funder's withdrawals", OWN, *READERS) & not_recused).named(
    "reads the funder's withdrawals and is not recused"
)
may_withdraw = (for_funder("withdraws the funder's awards", OWN, *RECORDERS) & not_recused).named(
    "withdraws the funder's awards and is not recused"
)
may_collect = (for_funder("asks the funder's money back", OWN, *COLLECTORS) & not_recused).named(
    "asks the funder's money back and is not recused"
)
