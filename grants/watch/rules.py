"""Who reads the watch, and who answers for going past one of its rules."""

from __future__ import annotations

from grants.decisions.rules import READERS, RECORDERS
from grants.kernel.access import for_funder
from grants.watch.models import AidRuling, Override

can_read = for_funder("reads the funder's decisions", Override.funder_id, *READERS)
may_rule = for_funder("says under which rules the funder helps", AidRuling.funder_id, *RECORDERS)
may_override = for_funder("answers for going past a rule", Override.funder_id, *RECORDERS)
