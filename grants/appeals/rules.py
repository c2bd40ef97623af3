"""Who appeals, who reads appeals, who answers them. Recusal outranks every role."""

from __future__ import annotations

from grants.appeals.models import Appeal
from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import for_funder, unless_recused

OWN = Appeal.funder_id
not_recused = unless_recused(Appeal.application_id)

can_read_appeal = (for_funder("reads the funder's appeals", OWN, *READERS) & not_recused).named(
    "reads the funder's appeals and is not recused"
)
may_answer = (for_funder("answers for the funder", OWN, *RECORDERS) & not_recused).named(
    "answers appeals for the funder and is not recused"
)
