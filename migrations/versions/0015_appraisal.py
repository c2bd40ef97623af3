"""Tables of appraisal and of long work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"

SIZE_MAX = 20 * 1024 * 1024
RESULT_MAX = 2 * 1024**3
TONES = "'neutral', 'info', 'success', 'warning', 'danger'"


def born() -> list[sa.Column[object]]:
    """The columns that every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        instant("created_at", nullable=False, server_default=sa.text("now()")),
    ]


def instant(name: str, **more: object) -> sa.Column[object]:
    """A column of instants."""
    return sa.Column(name, sa.DateTime(timezone=True), **{"nullable": True, **more})


def identifier(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """A column of identifiers."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def words(name: str, **more: object) -> sa.Column[object]:
    """A column of text, empty unless said otherwise."""
    return sa.Column(name, sa.String(), **{"nullable": False, "server_default": "", **more})


def json(name: str, default: str) -> sa.Column[object]:
    """A column of JSON."""
    return sa.Column(name, JSONB(), server_default=default, nullable=False)


def refers(table: str, column: str, target: str, **more: object) -> sa.ForeignKeyConstraint:
    """A foreign key under the house's name."""
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), **more
    )


def holds(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A CHECK under the house's name."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """A primary key under the house's name."""
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Create them."""
    work()
    sorting()
    keeping()
    checking()
    conversing()
    asking()


def work() -> None:
    """Jobs, their lines, and results larger than what people may deposit."""
    op.drop_constraint(op.f("ck_stored_file_size_is_allowed"), "stored_file")
    op.create_check_constraint(
        op.f("ck_stored_file_size_is_allowed"),
        "stored_file",
        f"size > 0 AND size <= {RESULT_MAX}",
    )
    op.create_table(
        "job",
        *born(),
        sa.Column("kind", sa.String(), nullable=False),
        identifier("funder_id", nullable=True),
        identifier("started_by"),
        identifier("subject_id", nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        words("message"),
        identifier("result_file_id", nullable=True),
        json("payload", "{}"),
        instant("started_at", nullable=False),
        instant("touched_at", nullable=False),
        instant("finished_at"),
        key("job"),
        refers("job", "funder_id", "funder"),
        refers("job", "started_by", "person"),
        refers("job", "result_file_id", "stored_file"),
        holds("job", "state_is_known", "state IN ('waiting', 'running', 'done', 'failed')"),
        holds("job", "progress_is_counted", "done >= 0 AND total >= 0"),
        holds(
            "job",
            "finished_at_matches_state",
            "(state IN ('done', 'failed')) = (finished_at IS NOT NULL)",
        ),
    )
    op.create_index("ix_job_started_by_created_at", "job", ["started_by", "created_at"])
    op.create_index(
        "ix_job_unfinished",
        "job",
        ["touched_at"],
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "job_line",
        identifier("job_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        identifier("subject_id"),
        sa.Column("state", sa.String(40), server_default="waiting", nullable=False),
        words("label"),
        words("code"),
        json("facts", "{}"),
        key("job_line", "job_id", "position"),
        refers("job_line", "job_id", "job", ondelete="CASCADE"),
        holds("job_line", "state_is_known", "state IN ('waiting', 'done', 'refused')"),
    )
    op.create_index(
        "ix_job_line_waiting",
        "job_line",
        ["job_id", "position"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def sorting() -> None:
    """Labels and referents."""
    op.create_table(
        "label",
        *born(),
        identifier("funder_id"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tone", sa.String(), server_default="neutral", nullable=False),
        key("label"),
        refers("label", "funder_id", "funder"),
        sa.UniqueConstraint("funder_id", "name", name=op.f("uq_label_funder_id_name")),
        holds("label", "name_is_given", "name <> ''"),
        holds("label", "tone_is_known", f"tone IN ({TONES})"),
    )
    op.create_table(
        "application_label",
        identifier("application_id"),
        identifier("label_id"),
        key("application_label", "application_id", "label_id"),
        refers("application_label", "application_id", "application"),
        refers("application_label", "label_id", "label", ondelete="CASCADE"),
    )
    op.create_index("ix_application_label_label_id", "application_label", ["label_id"])
    op.create_table(
        "referent_rule",
        *born(),
        identifier("funder_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        identifier("person_id"),
        json("communes", "[]"),
        json("sectors", "[]"),
        key("referent_rule"),
        refers("referent_rule", "funder_id", "funder"),
        refers("referent_rule", "person_id", "person"),
        holds("referent_rule", "label_is_given", "label <> ''"),
    )
    op.create_index(
        "ix_referent_rule_funder_id_position", "referent_rule", ["funder_id", "position"]
    )
    op.create_table(
        "referent_change",
        *born(),
        identifier("application_id"),
        identifier("from_id", nullable=True),
        identifier("to_id", nullable=True),
        words("reason"),
        instant("changed_at", nullable=False),
        identifier("changed_by", nullable=True),
        key("referent_change"),
        refers("referent_change", "application_id", "application"),
        refers("referent_change", "from_id", "person"),
        refers("referent_change", "to_id", "person"),
        refers("referent_change", "changed_by", "person"),
    )
    op.create_index(
        "ix_referent_change_application_id_changed_at",
        "referent_change",
        ["application_id", "changed_at"],
    )


def keeping() -> None:
    """What each officer keeps at hand."""
    op.create_table(
        "saved_view",
        *born(),
        identifier("person_id"),
        identifier("call_id", nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        words("address"),
        key("saved_view"),
        refers("saved_view", "person_id", "person"),
        refers("saved_view", "call_id", "call"),
        holds("saved_view", "name_is_given", "name <> ''"),
    )
    op.create_index(
        "uq_saved_view_person_id_call_id_name",
        "saved_view",
        ["person_id", "call_id", "name"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "export_profile",
        *born(),
        identifier("funder_id"),
        sa.Column("name", sa.String(), nullable=False),
        json("columns", "[]"),
        json("field_keys", "[]"),
        key("export_profile"),
        refers("export_profile", "funder_id", "funder"),
        sa.UniqueConstraint("funder_id", "name", name=op.f("uq_export_profile_funder_id_name")),
        holds("export_profile", "name_is_given", "name <> ''"),
    )


def checking() -> None:
    """The checklist's verdicts."""
    op.create_table(
        "checklist_line",
        identifier("application_id"),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        words("note"),
        identifier("judged_by"),
        instant("judged_at", nullable=False),
        key("checklist_line", "application_id", "key"),
        refers("checklist_line", "application_id", "application"),
        refers("checklist_line", "judged_by", "person"),
        holds(
            "checklist_line",
            "verdict_is_known",
            "verdict IN ('met', 'not_met', 'not_concerned')",
        ),
    )


def conversing() -> None:
    """Messages between applicants and the service, and how often each is told."""
    op.create_table(
        "thread_message",
        *born(),
        identifier("application_id"),
        identifier("author_id"),
        sa.Column("by_applicant", sa.Boolean(), nullable=False),
        instant("written_at", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        key("thread_message"),
        refers("thread_message", "application_id", "application"),
        refers("thread_message", "author_id", "person"),
        holds("thread_message", "text_is_not_empty", "text <> ''"),
    )
    op.create_index(
        "ix_thread_message_application_id_written_at",
        "thread_message",
        ["application_id", "written_at"],
    )
    op.create_table(
        "thread_reading",
        identifier("application_id"),
        identifier("person_id"),
        instant("read_at", nullable=False),
        key("thread_reading", "application_id", "person_id"),
        refers("thread_reading", "application_id", "application"),
        refers("thread_reading", "person_id", "person"),
    )
    op.create_table(
        "digest_preference",
        identifier("person_id"),
        sa.Column("pace", sa.String(40), server_default="daily", nullable=False),
        instant("told_until"),
        sa.Column("told_on", sa.Date(), nullable=True),
        key("digest_preference", "person_id"),
        refers("digest_preference", "person_id", "person"),
        holds("digest_preference", "pace_is_known", "pace IN ('daily', 'at_once', 'never')"),
    )


def asking() -> None:
    """Opinions of outside experts."""
    op.create_table(
        "opinion_request",
        *born(),
        identifier("application_id"),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        json("field_keys", "[]"),
        instant("asked_at", nullable=False),
        identifier("asked_by"),
        sa.Column("due_on", sa.Date(), nullable=False),
        instant("expires_at", nullable=False),
        instant("reminded_at"),
        instant("answered_at"),
        sa.Column("advice", sa.String(40), nullable=True),
        words("text"),
        instant("declined_at"),
        sa.Column("has_conflict", sa.Boolean(), server_default="false", nullable=False),
        instant("cancelled_at"),
        key("opinion_request"),
        refers("opinion_request", "application_id", "application"),
        refers("opinion_request", "asked_by", "person"),
        holds(
            "opinion_request",
            "email_is_lower_case",
            "email = lower(email) AND email LIKE '_%@_%'",
        ),
        holds("opinion_request", "is_addressed", "name <> '' AND question <> ''"),
        holds(
            "opinion_request",
            "advice_known",
            "advice IS NULL OR advice IN ('favourable', 'reserved', 'unfavourable')",
        ),
        holds(
            "opinion_request",
            "an_answer_is_an_advice",
            "(answered_at IS NULL) = (advice IS NULL)",
        ),
        holds(
            "opinion_request",
            "ends_once",
            "num_nonnulls(answered_at, declined_at, cancelled_at) <= 1",
        ),
    )
    op.create_index("ix_opinion_request_application_id", "opinion_request", ["application_id"])
    op.create_index(
        "ix_opinion_request_awaited",
        "opinion_request",
        ["due_on"],
        postgresql_where=sa.text(
            "answered_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL"
        ),
    )


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_constraint(op.f("ck_stored_file_size_is_allowed"), "stored_file")
    op.create_check_constraint(
        op.f("ck_stored_file_size_is_allowed"),
        "stored_file",
        f"size > 0 AND size <= {SIZE_MAX}",
    )


TABLES = (
    "opinion_request",
    "digest_preference",
    "thread_reading",
    "thread_message",
    "checklist_line",
    "export_profile",
    "saved_view",
    "referent_change",
    "referent_rule",
    "application_label",
    "label",
    "job_line",
    "job",
)
