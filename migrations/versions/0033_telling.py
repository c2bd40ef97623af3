"""Letters and who releases them, appeals, agreements, papers that come back signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0033"
down_revision = "0032"

TABLES = (
    "scan_page",
    "scan",
    "paper",
    "agreement_signature",
    "signing_code",
    "agreement_version",
    "agreement_act",
    "agreement",
    "appeal_file",
    "appeal",
    "letter_release",
    "letter_wording",
    "letter_template",
)
FINAL = (
    ("letter_release", "UPDATE OR DELETE"),
    (
        "appeal",
        (
            "UPDATE OF id, deliberation_id, application_id, funder_id, filed_by, filed_at,"
            " grounds, until, silence_on OR DELETE"
        ),
    ),
    ("agreement", "UPDATE OR DELETE"),
    ("agreement_version", "UPDATE OR DELETE"),
    ("agreement_signature", "UPDATE OR DELETE"),
)
"""What is never changed once written; `decision_is_final` is of 0008."""
GUARDS = {
    "letter_wording": (
        "INSERT OR UPDATE OR DELETE",
        """
        IF EXISTS (SELECT 1 FROM letter_release r
                   WHERE r.deliberation_id = COALESCE(NEW.deliberation_id, OLD.deliberation_id))
        THEN
            RAISE EXCEPTION 'these letters were released' USING ERRCODE = 'restrict_violation';
        END IF;
        """,
    ),
    "appeal": (
        "UPDATE",
        """
        IF OLD.state <> 'filed' AND (NEW.state, NEW.answer, NEW.effect, NEW.answered_by,
            NEW.answered_at) IS DISTINCT FROM (OLD.state, OLD.answer, OLD.effect, OLD.answered_by,
            OLD.answered_at) OR OLD.answer_read_at IS NOT NULL
            AND NEW.answer_read_at IS DISTINCT FROM OLD.answer_read_at
        THEN
            RAISE EXCEPTION 'an answer is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        """,
    ),
    "agreement_version": (
        "INSERT",
        """
        IF (SELECT a.state FROM agreement_act a WHERE a.id = NEW.act_id FOR SHARE) <> 'drafted'
        THEN
            RAISE EXCEPTION 'the text was sent' USING ERRCODE = 'restrict_violation';
        END IF;
        """,
    ),
    "agreement_signature": (
        "INSERT",
        """
        IF NOT EXISTS (SELECT 1 FROM agreement_version v
            WHERE v.id = NEW.version_id AND v.act_id = NEW.act_id AND v.sha256 = NEW.sha256
              AND v.number = (SELECT max(number) FROM agreement_version WHERE act_id = NEW.act_id))
        THEN
            RAISE EXCEPTION 'not the text that was sent' USING ERRCODE = 'restrict_violation';
        END IF;
        """,
    ),
    "agreement_act": (
        "UPDATE",
        """
        IF NEW.state IN ('signed', 'countersigned', 'in_force') AND NOT EXISTS (
                SELECT 1 FROM agreement_signature s
                WHERE s.act_id = NEW.id AND s.side = 'beneficiary')
           OR NEW.state IN ('countersigned', 'in_force') AND NOT EXISTS (
                SELECT 1 FROM agreement_signature s
                WHERE s.act_id = NEW.id AND s.side = 'authority')
        THEN
            RAISE EXCEPTION 'a signature is missing' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.state <> 'drafted' AND NEW.amount <> OLD.amount THEN
            RAISE EXCEPTION 'the text was sent' USING ERRCODE = 'restrict_violation';
        END IF;
        """,
    ),
}
"""What PostgreSQL asks before it lets a row be written: on which acts, and how."""


def holds_blocks(column: str) -> str:
    """The mandatory blocks of a letter's text: act, date and appeal; amount; reason."""
    always = " AND ".join(f"strpos({column}, '[{one}]') > 0" for one in ("acte", "date", "recours"))
    amount = f"(COALESCE(outcome, 'award') <> 'award' OR strpos({column}, '[montant]') > 0)"
    reason = f"(COALESCE(outcome, 'refusal') <> 'refusal' OR strpos({column}, '[motif]') > 0)"
    return f"{always} AND {amount} AND {reason}"


def create_templates() -> None:
    """Texts of letters, words of one letter, the release of all."""
    op.create_table(
        "letter_template",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column(
            "instrument",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("track_key", sa.String(), server_default="", nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=True),
        sa.Column("body_fr", sa.String(), nullable=False),
        sa.Column("body_en", sa.String(), server_default="", nullable=False),
        sa.Column("revised_by", sa.Uuid(), nullable=False),
        sa.Column("revised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            f"body_en = '' OR ({holds_blocks('body_en')})",
            name=op.f("ck_letter_template_english_holds_its_blocks"),
        ),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_letter_template_is_named")),
        sa.CheckConstraint(
            "outcome IN ('award', 'refusal', 'waitlist')",
            name=op.f("ck_letter_template_outcome_is_known"),
        ),
        sa.CheckConstraint(
            holds_blocks("body_fr"),
            name=op.f("ck_letter_template_french_holds_its_blocks"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_letter_template_call_id")),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["funder.id"], name=op.f("fk_letter_template_funder_id")
        ),
        sa.ForeignKeyConstraint(
            ["revised_by"], ["person.id"], name=op.f("fk_letter_template_revised_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_template")),
        sa.UniqueConstraint(
            "funder_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_letter_template_funder_id_position"),
        ),
    )
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("added", sa.String(), server_default="", nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("worded_by", sa.Uuid(), nullable=False),
        sa.Column("worded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_letter_wording_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberation.id"], name=op.f("fk_letter_wording_deliberation_id")
        ),
        sa.ForeignKeyConstraint(
            ["worded_by"], ["person.id"], name=op.f("fk_letter_wording_worded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wording")),
        sa.UniqueConstraint(
            "deliberation_id",
            "application_id",
            name=op.f("uq_letter_wording_deliberation_id_application_id"),
        ),
    )
    op.create_index(
        op.f("ix_letter_wording_application_id"), "letter_wording", ["application_id"], unique=False
    )
    op.create_table(
        "letter_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("letters > 0", name=op.f("ck_letter_release_something_leaves")),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberation.id"], name=op.f("fk_letter_release_deliberation_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["person.id"], name=op.f("fk_letter_release_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_release")),
        sa.UniqueConstraint("deliberation_id", name=op.f("uq_letter_release_deliberation_id")),
    )


def create_appeals() -> None:
    """Appeals and their documents."""
    op.create_table(
        "appeal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deliberation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grounds", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("silence_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column(
            "effect",
            sa.String(length=40),
            nullable=True,
        ),
        sa.Column("answer_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(filed_at AT TIME ZONE 'Europe/Paris')::date <= until",
            name=op.f("ck_appeal_filed_in_time"),
        ),
        sa.CheckConstraint(
            "(state = 'accepted') = (effect IS NOT NULL)", name=op.f("ck_appeal_effect_if_accepted")
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'rejected')) = (answered_at IS NOT NULL)"
            " AND (state IN ('accepted', 'rejected')) = (answered_by IS NOT NULL)",
            name=op.f("ck_appeal_answer_matches_state"),
        ),
        sa.CheckConstraint(
            "NOT (state IN ('accepted', 'rejected')) OR btrim(answer) <> ''",
            name=op.f("ck_appeal_answer_has_reasons"),
        ),
        sa.CheckConstraint("btrim(grounds) <> ''", name=op.f("ck_appeal_grounds_are_told")),
        sa.CheckConstraint(
            "effect IN ('new_deliberation', 'withdrawal')", name=op.f("ck_appeal_effect_is_known")
        ),
        sa.CheckConstraint(
            "state IN ('filed', 'accepted', 'rejected', 'withdrawn')",
            name=op.f("ck_appeal_state_is_known"),
        ),
        sa.CheckConstraint(
            "answer_read_at IS NULL OR answered_at IS NOT NULL", name=op.f("ck_appeal_read_if_sent")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_appeal_answered_by")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_appeal_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id", "application_id"],
            ["acknowledgement.deliberation_id", "acknowledgement.application_id"],
            name="fk_appeal_acknowledgement",
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id"], ["deliberation.id"], name=op.f("fk_appeal_deliberation_id")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["person.id"], name=op.f("fk_appeal_filed_by")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_appeal_funder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_application_id"), "appeal", ["application_id"], unique=False)
    op.create_index(
        op.f("ix_appeal_funder_id_silence_on"), "appeal", ["funder_id", "silence_on"], unique=False
    )
    op.create_index(
        "uq_appeal_live",
        "appeal",
        ["deliberation_id", "application_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "appeal_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_file_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_appeal_file_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_file")),
        sa.UniqueConstraint(
            "appeal_id", "stored_file_id", name=op.f("uq_appeal_file_appeal_id_stored_file_id")
        ),
    )


def create_agreements() -> None:
    """Agreements, acts, versions, codes, signatures."""
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("original_amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "unit",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "unit IN ('EUR', 'm2', 'hour')", name=op.f("ck_agreement_unit_is_known")
        ),
        sa.CheckConstraint("original_amount > 0", name=op.f("ck_agreement_amount_is_positive")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_agreement_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_agreement_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["person.id"], name=op.f("fk_agreement_drafted_by")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_agreement_funder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_agreement_decision_id")),
        sa.UniqueConstraint("funder_id", "number", name=op.f("uq_agreement_funder_id_number")),
    )
    op.create_index(
        op.f("ix_agreement_application_id"), "agreement", ["application_id"], unique=False
    )
    op.create_table(
        "agreement_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("object", sa.String(), server_default="", nullable=False),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'drafted') = (sent_at IS NULL)",
            name=op.f("ck_agreement_act_sent_matches_state"),
        ),
        sa.CheckConstraint(
            "(state = 'in_force') = (in_force_on IS NOT NULL)",
            name=op.f("ck_agreement_act_in_force_matches_state"),
        ),
        sa.CheckConstraint(
            "position = 0 OR btrim(object) <> ''", name=op.f("ck_agreement_act_amendment_says_why")
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'sent', 'signed', 'countersigned', 'in_force')",
            name=op.f("ck_agreement_act_state_is_known"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_agreement_act_amount_is_positive")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_agreement_act_position_is_counted")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_act_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_act")),
        sa.UniqueConstraint(
            "agreement_id", "position", name=op.f("uq_agreement_act_agreement_id_position")
        ),
    )
    op.create_table(
        "agreement_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kept_by", sa.Uuid(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_agreement_version_text_is_written")),
        sa.CheckConstraint(
            "sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')",
            name=op.f("ck_agreement_version_hash_is_right"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_agreement_version_number_is_counted")),
        sa.ForeignKeyConstraint(
            ["act_id"], ["agreement_act.id"], name=op.f("fk_agreement_version_act_id")
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["person.id"], name=op.f("fk_agreement_version_kept_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_version")),
        sa.UniqueConstraint("act_id", "number", name=op.f("uq_agreement_version_act_id_number")),
    )
    op.create_table(
        "signing_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("expires_at > asked_at", name=op.f("ck_signing_code_lasts_a_while")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_signing_code_tries_are_counted")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_signing_code_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_signing_code_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_code")),
    )
    op.create_index(
        op.f("ix_signing_code_version_id"), "signing_code", ["version_id"], unique=False
    )
    op.create_table(
        "agreement_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.String(length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", JSONB(), server_default="{}", nullable=False),
        sa.CheckConstraint(
            "btrim(name) <> '' AND btrim(capacity) <> ''",
            name=op.f("ck_agreement_signature_signatory_is_named"),
        ),
        sa.CheckConstraint(
            "method IN ('code', 'paper')", name=op.f("ck_agreement_signature_method_is_known")
        ),
        sa.CheckConstraint(
            "side IN ('beneficiary', 'authority')",
            name=op.f("ck_agreement_signature_side_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["act_id"], ["agreement_act.id"], name=op.f("fk_agreement_signature_act_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_agreement_signature_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_version.id"], name=op.f("fk_agreement_signature_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_signature")),
        sa.UniqueConstraint("act_id", "side", name=op.f("uq_agreement_signature_act_id_side")),
    )


def create_papers() -> None:
    """What was printed, and what came back."""
    op.create_table(
        "paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("act_id", sa.Uuid(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_file_id", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reference ~ '^[A-Z2-7]{20}$'", name=op.f("ck_paper_reference_is_opaque")
        ),
        sa.CheckConstraint(
            "num_nonnulls(letter_id, act_id) = 1", name=op.f("ck_paper_is_of_one_thing")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["agreement_act.id"], name=op.f("fk_paper_act_id")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_paper_application_id")
        ),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_paper_funder_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_paper_letter_id")),
        sa.ForeignKeyConstraint(
            ["signed_file_id"], ["stored_file.id"], name=op.f("fk_paper_signed_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("act_id", name=op.f("uq_paper_act_id")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_paper_letter_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_paper_reference")),
    )
    op.create_index(op.f("ix_paper_application_id"), "paper", ["application_id"], unique=False)
    op.create_table(
        "scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("funder_id", sa.Uuid(), nullable=False),
        sa.Column("stored_file_id", sa.Uuid(), nullable=False),
        sa.Column("brought_by", sa.Uuid(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brought_by"], ["person.id"], name=op.f("fk_scan_brought_by")),
        sa.ForeignKeyConstraint(["funder_id"], ["funder.id"], name=op.f("fk_scan_funder_id")),
        sa.ForeignKeyConstraint(
            ["stored_file_id"], ["stored_file.id"], name=op.f("fk_scan_stored_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    op.create_index(op.f("ix_scan_funder_id"), "scan", ["funder_id"], unique=False)
    op.create_table(
        "scan_page",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(placed_by IS NULL) = (placed_at IS NULL)",
            name=op.f("ck_scan_page_placed_by_hand_is_dated"),
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_scan_page_position_is_counted")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_scan_page_paper_id")),
        sa.ForeignKeyConstraint(["placed_by"], ["person.id"], name=op.f("fk_scan_page_placed_by")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_scan_page_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_page")),
        sa.UniqueConstraint("scan_id", "position", name=op.f("uq_scan_page_scan_id_position")),
    )
    op.create_index(op.f("ix_scan_page_paper_id"), "scan_page", ["paper_id"], unique=False)


def guard() -> None:
    """Refuse what must not happen, whoever writes."""
    for table, when in FINAL:
        op.execute(
            f"CREATE TRIGGER {table}_is_final BEFORE {when} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION decision_is_final()"
        )
    for table, (when, condition) in GUARDS.items():
        op.execute(
            f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{condition} RETURN COALESCE(NEW, OLD); END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_guarded BEFORE {when} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
        )


def upgrade() -> None:
    """Create them."""
    create_templates()
    create_appeals()
    create_agreements()
    create_papers()
    guard()


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_table(table)
    for table in GUARDS:
        op.execute(f"DROP FUNCTION {table}_guard()")
