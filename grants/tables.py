"""Every table, so that foreign keys between domains resolve. Import it once per process."""

from grants.agreements import models as agreements
from grants.agreements import usual
from grants.appeals import models as appeals
from grants.applications import filling
from grants.applications import models as applications
from grants.appraisal import models as appraisal
from grants.calls import models as calls
from grants.calls import outages
from grants.calls.alerts import models as alerts
from grants.councils import models as councils
from grants.db import Base
from grants.decisions import models as decisions
from grants.duties import models as duties
from grants.files import models as files
from grants.followup import models as followup
from grants.jobs import models as jobs
from grants.juries import models as juries
from grants.juries.hearings import models as hearings
from grants.ledger import models as ledger
from grants.mentoring import models as mentoring
from grants.notices import models as notices
from grants.notices import papers
from grants.outbox import models as outbox
from grants.payments import models as payments
from grants.people import models as people
from grants.polls import models as polls
from grants.scenarios import models as scenarios
from grants.sittings import models as sittings
from grants.vault import models as vault
from grants.watch import models as watch
from grants.withdrawals import models as withdrawals

__all__ = [
    "agreements",
    "alerts",
    "appeals",
    "applications",
    "appraisal",
    "calls",
    "councils",
    "decisions",
    "duties",
    "files",
    "filling",
    "followup",
    "hearings",
    "jobs",
    "juries",
    "ledger",
    "mentoring",
    "metadata",
    "notices",
    "outages",
    "outbox",
    "papers",
    "payments",
    "people",
    "polls",
    "scenarios",
    "sittings",
    "usual",
    "vault",
    "watch",
    "withdrawals",
]

metadata = Base.metadata
