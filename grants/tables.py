"""Every table, so that foreign keys between domains resolve. Import it once per process."""

from grants.applications import models as applications
from grants.calls import models as calls
from grants.db import Base
from grants.decisions import models as decisions
from grants.files import models as files
from grants.juries import models as juries
from grants.ledger import models as ledger
from grants.notices import models as notices
from grants.outbox import models as outbox
from grants.payments import models as payments
from grants.people import models as people

__all__ = [
    "applications",
    "calls",
    "decisions",
    "files",
    "juries",
    "ledger",
    "metadata",
    "notices",
    "outbox",
    "payments",
    "people",
]

metadata = Base.metadata
