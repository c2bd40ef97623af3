"""A call and all that makes it one: funders, stages, juries, criteria, documents, form."""

from grants.calls.models.call import (
    JUDGED_BY_JURIES,
    PREFIX_PATTERN,
    SLUG_PATTERN,
    Call,
    CallEnvelope,
    CallFunder,
    CallKind,
    CallState,
    Criterion,
    Jury,
    Stage,
    StageKind,
    last_day,
)
from grants.calls.models.parts import AccessCode, Batch, FormRevision, RequiredDocument, Track

__all__ = [
    "JUDGED_BY_JURIES",
    "PREFIX_PATTERN",
    "SLUG_PATTERN",
    "AccessCode",
    "Batch",
    "Call",
    "CallEnvelope",
    "CallFunder",
    "CallKind",
    "CallState",
    "Criterion",
    "FormRevision",
    "Jury",
    "RequiredDocument",
    "Stage",
    "StageKind",
    "Track",
    "last_day",
]
