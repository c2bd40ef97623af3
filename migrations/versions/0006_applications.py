"""Tables of applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

STATES = (
    "draft",
    "submitted",
    "incomplete",
    "admissible",
    "inadmissible",
    "in_review",
    "eliminated",
    "finalist",
    "awarded",
    "waitlisted",
    "declined",
    "under_agreement",
    "in_progress",
    "closed",
    "withdrawn",
    "lapsed",
)
FACTS = {
    "state_is_known": f"state IN ({', '.join(repr(state) for state in STATES)})",
    "requested_is_not_negative": "requested >= 0",
    "version_is_not_negative": "version >= 0",
    "number_comes_with_submission": (
        "(number IS NULL) = (submitted_at IS NULL) AND (place IS NULL) = (number IS NULL)"
    ),
    "submitted_at_matches_state": (
        "(state IN ('draft', 'lapsed')) = (submitted_at IS NULL) OR state = 'withdrawn'"
    ),
    "incomplete_has_a_due_date": "state <> 'incomplete' OR complement_due_on IS NOT NULL",
    "admissible_at_matches_state": (
        "admissible_at IS NOT NULL OR state IN ('draft', 'lapsed', 'submitted', "
        "'incomplete', 'inadmissible', 'withdrawn')"
    ),
    "inadmissible_at_matches_state": "(state = 'inadmissible') = (inadmissible_at IS NOT NULL)",
    "decided_at_matches_state": (
        "decided_at IS NOT NULL OR state NOT IN ('awarded', 'waitlisted', 'declined', "
        "'under_agreement', 'in_progress', 'closed')"
    ),
    "knew_at_follows_a_decision": (
        "knew_at IS NULL OR decided_at IS NOT NULL OR inadmissible_at IS NOT NULL"
    ),
    "withdrawn_at_matches_state": "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
    "lapsed_at_matches_state": "(state = 'lapsed') = (lapsed_at IS NOT NULL)",
}


def born() -> list[sa.Column[object]]:
    """The columns that every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
    ]


def instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    """An instant, with its time zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Create them."""
    create_application()
    create_attachments()
    create_exchanges()
    op.create_table(
        "application_counter",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_application_counter_last_is_not_negative")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_application_counter_call_id")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_application_counter")),
    )


def create_application() -> None:
    op.create_table(
        "application",
        *born(),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("requested", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("summary", sa.String(), server_default="", nullable=False),
        sa.Column("track_key", sa.String(), nullable=True),
        sa.Column("search_text", sa.String(), server_default="", nullable=False),
        sa.Column("answers", JSONB(), server_default="{}", nullable=False),
        sa.Column("as_typed", JSONB(), server_default="{}", nullable=False),
        sa.Column("sections", JSONB(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        instant("started_at", nullable=False),
        instant("saved_at"),
        instant("submitted_at"),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("complement_due_on", sa.Date(), nullable=True),
        instant("admissible_at"),
        instant("inadmissible_at"),
        sa.Column("inadmissible_reasons", JSONB(), server_default="[]", nullable=False),
        sa.Column("inadmissible_note", sa.String(), server_default="", nullable=False),
        instant("decided_at"),
        instant("knew_at"),
        instant("withdrawn_at"),
        instant("lapsed_at"),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_application_{name}"))
            for name, rule in FACTS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_application_{column}"))
            for column, target in (
                ("call_id", "call.id"),
                ("revision_id", "form_revision.id"),
                ("organisation_id", "organisation.id"),
                ("author_id", "person.id"),
                ("submitted_by", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
        sa.UniqueConstraint("call_id", "place", name=op.f("uq_application_call_id_place")),
    )
    for applicant, where in (("organisation", "IS NOT NULL"), ("person", "IS NULL")):
        op.create_index(
            f"uq_application_draft_of_{applicant}",
            "application",
            ["call_id", "organisation_id" if applicant == "organisation" else "author_id"],
            unique=True,
            postgresql_where=sa.text(f"state = 'draft' AND organisation_id {where}"),
        )
    op.create_index(
        "ix_application_states",
        "application",
        ["call_id", "state", "id"],
        postgresql_where=sa.text("submitted_at IS NOT NULL"),
    )
    for column in ("organisation_id", "author_id"):
        op.create_index(op.f(f"ix_application_{column}"), "application", [column])


def create_attachments() -> None:
    op.create_table(
        "application_file",
        *born(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("field_key", sa.String(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        instant("added_at", nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        instant("removed_at"),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)",
            name=op.f("ck_application_file_removal_has_an_author"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_application_file_{column}"))
            for column, target in (
                ("application_id", "application.id"),
                ("stored_file_id", "stored_file.id"),
                ("added_by", "person.id"),
                ("removed_by", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_file")),
    )
    op.create_index(
        "ix_application_file_attached",
        "application_file",
        ["application_id"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def create_exchanges() -> None:
    op.create_table(
        "complement_request",
        *born(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        instant("asked_at", nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("items", JSONB(), nullable=False),
        sa.Column("before", JSONB(), server_default="{}", nullable=False),
        instant("answered_at"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint(
            "jsonb_array_length(items) > 0", name=op.f("ck_complement_request_something_is_asked")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_complement_request_an_answer_has_an_author"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=op.f(f"fk_complement_request_{column}")
            )
            for column, target in (
                ("application_id", "application.id"),
                ("asked_by", "person.id"),
                ("answered_by", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complement_request")),
        sa.UniqueConstraint("application_id", name=op.f("uq_complement_request_application_id")),
    )
    op.create_table(
        "officer_note",
        *born(),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        instant("written_at", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_officer_note_text_is_not_empty")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_officer_note_{column}"))
            for column, target in (
                ("application_id", "application.id"),
                ("author_id", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_note")),
    )
    op.create_index(
        op.f("ix_officer_note_application_id_written_at"),
        "officer_note",
        ["application_id", "written_at"],
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "application_counter",
        "officer_note",
        "complement_request",
        "application_file",
        "application",
    ):
        op.drop_table(table)
