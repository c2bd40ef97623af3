"""Tables of calls, and the trigger that keeps a frozen form as it was published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

FREEZE = """
CREATE FUNCTION form_revision_stays_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN
        RAISE EXCEPTION 'form revision % is frozen', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER form_revision_stays_frozen BEFORE UPDATE OR DELETE ON form_revision
    FOR EACH ROW EXECUTE FUNCTION form_revision_stays_frozen();
"""

THAW = """
DROP TRIGGER form_revision_stays_frozen ON form_revision;
DROP FUNCTION form_revision_stays_frozen();
"""


def upgrade() -> None:
    """Create them in the order of their references."""
    create_call()
    create_funders_and_envelopes()
    create_stages_and_juries()
    create_form()
    op.execute(FREEZE)


def downgrade() -> None:
    """Drop them, last created first."""
    op.execute(THAW)
    op.drop_constraint("fk_call_current_revision_id", "call", type_="foreignkey")
    for table in (
        "form_revision",
        "required_document",
        "criterion",
        "jury",
        "stage",
        "track",
        "call_envelope",
        "call_funder",
        "call",
    ):
        op.drop_table(table)


def base_columns() -> list[sa.Column]:
    """The columns of every table."""
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        moment("created_at", nullable=False, server_default=sa.func.now()),
    ]


def text(name: str, *, nullable: bool = False, **options: object) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable, **options)


def state(name: str) -> sa.Column:
    return sa.Column(name, sa.String(40), nullable=False)


def moment(name: str, *, nullable: bool = True, **options: object) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def reference(name: str, target: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{target}.id"), nullable=False)


def whole(name: str, **options: object) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, **options)


def helps() -> list[sa.Column]:
    return [text("help_fr", server_default=""), text("help_en", server_default="")]


def create_call() -> None:
    op.create_table(
        "call",
        *base_columns(),
        text("slug"),
        text("key"),
        text("number_prefix"),
        state("kind"),
        state("state"),
        *(
            text(f"{name}_{language}")
            for name in ("title", "summary", "body", "eligibility")
            for language in ("fr", "en")
        ),
        state("unit"),
        sa.Column("award_rule", postgresql.JSONB(), nullable=False),
        sa.Column("allows_persons", sa.Boolean(), nullable=False),
        text("contact_email"),
        text("contact_phone"),
        moment("opens_at", nullable=False),
        moment("closes_at"),
        moment("published_at"),
        moment("opened_at"),
        moment("closed_at"),
        moment("archived_at"),
        sa.Column("current_revision_id", sa.Uuid()),
        sa.UniqueConstraint("slug", name="uq_call_slug"),
        sa.UniqueConstraint("number_prefix", name="uq_call_number_prefix"),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_call_{name}")) for name, rule in CALL_CHECKS),
    )
    op.create_index("ix_call_state_closes_at", "call", ["state", "closes_at"])


CALL_CHECKS = (
    ("state_is_known", "state IN ('draft', 'published', 'closed', 'archived')"),
    ("kind_is_known", "kind IN ('aap', 'ami', 'prize', 'rolling', 'agreement')"),
    ("unit_is_known", "unit IN ('EUR', 'm2', 'hour')"),
    ("slug_fits_an_address", "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'"),
    ("number_prefix_is_capitals", "number_prefix ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'"),
    ("closes_after_it_opens", "closes_at > opens_at"),
    ("published_at_matches_state", "(state = 'draft') = (published_at IS NULL)"),
    ("closed_at_matches_state", "state <> 'closed' OR closed_at IS NOT NULL"),
    ("archived_at_matches_state", "(state = 'archived') = (archived_at IS NOT NULL)"),
    ("published_has_a_form", "state = 'draft' OR current_revision_id IS NOT NULL"),
)


def create_funders_and_envelopes() -> None:
    op.create_table(
        "call_funder",
        *base_columns(),
        reference("call_id", "call"),
        reference("funder_id", "funder"),
        whole("position"),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("call_id", "funder_id", name="uq_call_funder_call_id_funder_id"),
    )
    op.create_index("ix_call_funder_funder_id", "call_funder", ["funder_id"])
    op.create_index(
        "uq_call_funder_lead",
        "call_funder",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("is_lead"),
    )
    op.create_table(
        "call_envelope",
        *base_columns(),
        reference("call_id", "call"),
        reference("envelope_id", "ledger_envelope"),
        reference("funder_id", "funder"),
        whole("position"),
        sa.UniqueConstraint("call_id", "envelope_id", name="uq_call_envelope_call_id_envelope_id"),
    )
    op.create_table(
        "track",
        *base_columns(),
        reference("call_id", "call"),
        whole("position"),
        text("key"),
        text("label_fr"),
        text("label_en"),
        sa.UniqueConstraint("call_id", "key", name="uq_track_call_id_key"),
    )


def create_stages_and_juries() -> None:
    op.create_table(
        "stage",
        *base_columns(),
        reference("call_id", "call"),
        whole("position"),
        text("key"),
        state("kind"),
        text("title_fr"),
        text("title_en"),
        *helps(),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("hide_others", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("cut", sa.Integer()),
        sa.UniqueConstraint("call_id", "position", name="uq_stage_call_id_position"),
        sa.UniqueConstraint("call_id", "key", name="uq_stage_call_id_key"),
        sa.CheckConstraint(
            "kind IN ('appraisal', 'scoring', 'mentoring', 'hearing', 'public_vote')",
            name=op.f("ck_stage_kind_is_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_stage_ends_after_it_starts")),
        sa.CheckConstraint("cut > 0", name=op.f("ck_stage_cut_keeps_someone")),
    )
    op.create_table(
        "jury",
        *base_columns(),
        reference("call_id", "call"),
        reference("stage_id", "stage"),
        whole("position"),
        text("key"),
        text("name_fr"),
        text("name_en"),
        text("prize_fr", nullable=True),
        text("prize_en", nullable=True),
        whole("quorum", server_default="1"),
        moment("closed_at"),
        sa.UniqueConstraint("call_id", "key", name="uq_jury_call_id_key"),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_jury_quorum_is_positive")),
    )
    op.create_index("ix_jury_stage_id", "jury", ["stage_id"])
    op.create_table(
        "criterion",
        *base_columns(),
        reference("jury_id", "jury"),
        whole("position"),
        text("key"),
        text("label_fr"),
        text("label_en"),
        *helps(),
        whole("weight"),
        whole("scale_max"),
        sa.Column("anchors", postgresql.JSONB(), nullable=False, server_default="[]"),
        sa.UniqueConstraint("jury_id", "key", name="uq_criterion_jury_id_key"),
        sa.CheckConstraint("weight > 0", name=op.f("ck_criterion_weight_is_positive")),
        sa.CheckConstraint(
            "scale_max BETWEEN 1 AND 100", name=op.f("ck_criterion_scale_has_a_width")
        ),
    )


def create_form() -> None:
    op.create_table(
        "required_document",
        *base_columns(),
        reference("call_id", "call"),
        whole("position"),
        text("key"),
        text("label_fr"),
        text("label_en"),
        *helps(),
        sa.Column("required", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("legal_forms", postgresql.JSONB(), nullable=False, server_default="[]"),
        sa.UniqueConstraint("call_id", "key", name="uq_required_document_call_id_key"),
    )
    op.create_table(
        "form_revision",
        *base_columns(),
        reference("call_id", "call"),
        whole("number"),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        text("document_hash"),
        moment("frozen_at"),
        sa.UniqueConstraint("call_id", "number", name="uq_form_revision_call_id_number"),
        sa.CheckConstraint("number > 0", name=op.f("ck_form_revision_number_is_positive")),
        sa.CheckConstraint(
            "document_hash ~ '^[0-9a-f]{64}$'",
            name=op.f("ck_form_revision_document_hash_is_sha256"),
        ),
    )
    op.create_foreign_key(
        "fk_call_current_revision_id", "call", "form_revision", ["current_revision_id"], ["id"]
    )
