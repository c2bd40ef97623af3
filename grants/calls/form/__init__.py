"""The form engine: a document of typed questions, and what to make of the answers. No I/O."""

from grants.calls.form.check import Headline, Progress, headline, problems, progress
from grants.calls.form.cleaning import CleanValue, clean, cleaned
from grants.calls.form.document import FormDocument, document_hash, parsed
from grants.calls.form.kinds import FieldType
from grants.calls.form.outlook import Files, Outlook, look, value_of
from grants.calls.form.problem import Problem
from grants.calls.form.shapes import (
    Check,
    Choice,
    Field,
    FieldRole,
    Limits,
    Reading,
    Section,
)
from grants.calls.form.variables import field_of, schema_of

__all__ = [
    "Check",
    "Choice",
    "CleanValue",
    "Field",
    "FieldRole",
    "FieldType",
    "Files",
    "FormDocument",
    "Headline",
    "Limits",
    "Outlook",
    "Problem",
    "Progress",
    "Reading",
    "Section",
    "clean",
    "cleaned",
    "document_hash",
    "field_of",
    "headline",
    "look",
    "parsed",
    "problems",
    "progress",
    "schema_of",
    "value_of",
]
