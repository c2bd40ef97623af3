"""Hearings, slots and convocations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0024"
down_revision = "0023"

SPAN = sa.text("tstzrange(starts_at, ends_at)")
ONE_TIME = {"using": "gist", "deferrable": True, "initially": "IMMEDIATE"}
TARGETS = {"reply_file_id": "stored_file"}
PEOPLE = {"answered_by", "released_by", "replied_by"}


def born() -> list[sa.Column]:
    """The columns that every table has."""
    return [sa.Column("id", sa.Uuid(), nullable=False), instant("created_at", born=True)]


def instant(name: str, *, nullable: bool = False, born: bool = False) -> sa.Column:
    """A column of instants."""
    default = sa.text("now()") if born else None
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable, server_default=default)


def words(name: str) -> sa.Column:
    """A text that may be empty."""
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def rows(name: str) -> sa.Column:
    """A list."""
    return sa.Column(name, JSONB(), server_default="[]", nullable=False)


def whole(name: str, *, nullable: bool = False) -> sa.Column:
    """A whole number."""
    return sa.Column(name, sa.Integer(), nullable=nullable)


def link(name: str, *, nullable: bool = False) -> sa.Column:
    """A column that names a row of another table."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def to(table: str, column: str, **options: str) -> sa.ForeignKeyConstraint:
    """Where such a column leads."""
    other = "person" if column in PEOPLE else TARGETS.get(column, column.removesuffix("_id"))
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A rule of a table."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def only(table: str, *columns: str) -> sa.UniqueConstraint:
    """What stands there once."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def key(table: str) -> sa.PrimaryKeyConstraint:
    """Its identifier."""
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Add them."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    plans()
    hearings()
    told()
    op.add_column("mail", sa.Column("calendar", sa.String(), nullable=True))


def plans() -> None:
    """Constraints, and when people can come."""
    op.create_table(
        "hearing_plan",
        *born(),
        link("jury_id"),
        rows("days"),
        *(whole(f"{one}_minute") for one in ("first", "last")),
        *(whole(f"{one}_minutes") for one in ("length", "pause")),
        *(whole(f"lunch_{one}", nullable=True) for one in ("from", "until")),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("counts_silent", sa.Boolean(), server_default="false", nullable=False),
        words("bring"),
        key("hearing_plan"),
        only("hearing_plan", "jury_id"),
        to("hearing_plan", "jury_id"),
        check("hearing_plan", "hours_are_of_a_day", "0 <= first_minute AND last_minute <= 1440"),
        check("hearing_plan", "one_hearing_fits", "first_minute + length_minutes <= last_minute"),
        check("hearing_plan", "a_hearing_lasts", "length_minutes > 0"),
        check("hearing_plan", "pause_is_not_negative", "pause_minutes >= 0"),
        check(
            "hearing_plan",
            "lunch_begins_and_ends",
            "(lunch_from IS NULL) = (lunch_until IS NULL) AND lunch_until > lunch_from",
        ),
        check("hearing_plan", "there_is_a_place", "jsonb_array_length(places) > 0"),
    )
    op.create_table(
        "hearing_availability",
        *born(),
        link("seat_id"),
        rows("halves"),
        instant("answered_at"),
        key("hearing_availability"),
        only("hearing_availability", "seat_id"),
        to("hearing_availability", "seat_id"),
    )
    table = "hearing_impossibility"
    op.create_table(
        table,
        *born(),
        *(link(one) for one in ("jury_id", "application_id")),
        *(instant(one) for one in ("starts_at", "ends_at")),
        words("note"),
        key(table),
        *(to(table, one) for one in ("jury_id", "application_id")),
        check(table, "ends_after_it_starts", "ends_at > starts_at"),
    )
    op.create_index(
        op.f(f"ix_{table}_jury_id_application_id"), table, ["jury_id", "application_id"]
    )


def hearings() -> None:
    """Hearings, and who sits at them."""
    table = "hearing"
    known = {"answer": "'confirmed', 'unable'", "attendance": "'heard', 'excused', 'absent'"}
    op.create_table(
        table,
        *born(),
        *(link(one) for one in ("jury_id", "call_id", "application_id")),
        sa.Column("place", sa.String(), nullable=False),
        *(instant(one) for one in ("starts_at", "ends_at")),
        sa.Column("answer", sa.String(40)),
        words("answer_reason"),
        instant("answered_at", nullable=True),
        link("answered_by", nullable=True),
        sa.Column("attendance", sa.String(40)),
        words("attendance_note"),
        instant("marked_at", nullable=True),
        key(table),
        only(table, "jury_id", "application_id"),
        *(to(table, one) for one in ("jury_id", "call_id", "application_id", "answered_by")),
        check(table, "ends_after_it_starts", "ends_at > starts_at"),
        *(
            check(table, f"{one}_known", f"{one} IS NULL OR {one} IN ({values})")
            for one, values in known.items()
        ),
        check(table, "answer_has_a_time", "(answer IS NULL) = (answered_at IS NULL)"),
        check(table, "mark_has_a_time", "(attendance IS NULL) = (marked_at IS NULL)"),
        ExcludeConstraint(
            ("call_id", "="), ("place", "="), (SPAN, "&&"), name="ex_hearing_place", **ONE_TIME
        ),
        ExcludeConstraint(
            ("application_id", "="), (SPAN, "&&"), name="ex_hearing_application", **ONE_TIME
        ),
    )
    op.create_index(op.f("ix_hearing_jury_id_starts_at"), table, ["jury_id", "starts_at"])
    op.create_index(op.f("ix_hearing_application_id"), table, ["application_id"])
    op.create_table(
        "hearing_seat",
        *(link(one) for one in ("hearing_id", "seat_id")),
        sa.PrimaryKeyConstraint("hearing_id", "seat_id", name=op.f("pk_hearing_seat")),
        to("hearing_seat", "hearing_id", ondelete="CASCADE"),
        to("hearing_seat", "seat_id"),
    )
    op.create_index(op.f("ix_hearing_seat_seat_id"), "hearing_seat", ["seat_id"])


def told() -> None:
    """What was sent, and what was asked before."""
    table = "convocation"
    op.create_table(
        table,
        *born(),
        link("jury_id"),
        *(link(one, nullable=True) for one in ("seat_id", "application_id")),
        sa.Column("day", sa.Date()),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("told", JSONB(), nullable=False),
        instant("sent_at"),
        key(table),
        only(table, "jury_id", "application_id"),
        only(table, "seat_id", "day"),
        *(to(table, one) for one in ("jury_id", "seat_id", "application_id")),
        check(table, "tells_one_side", "(seat_id IS NULL) <> (application_id IS NULL)"),
        check(table, "members_are_told_by_day", "(seat_id IS NULL) = (day IS NULL)"),
        check(table, "sequence_is_not_negative", "sequence >= 0"),
    )
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])
    table = "hearing_feedback"
    op.create_table(
        table,
        *born(),
        *(link(one) for one in ("jury_id", "application_id")),
        sa.Column("text", sa.String(), nullable=False),
        rows("sources"),
        sa.Column("due_on", sa.Date(), nullable=False),
        instant("released_at", nullable=True),
        link("released_by", nullable=True),
        words("reply"),
        link("reply_file_id", nullable=True),
        instant("replied_at", nullable=True),
        link("replied_by", nullable=True),
        key(table),
        only(table, "jury_id", "application_id"),
        *(
            to(table, one)
            for one in ("jury_id", "application_id", "released_by", "reply_file_id", "replied_by")
        ),
        check(table, "released_by_one", "(released_at IS NULL) = (released_by IS NULL)"),
        check(table, "replied_by_one", "(replied_at IS NULL) = (replied_by IS NULL)"),
        check(table, "reply_follows", "replied_at IS NULL OR released_at IS NOT NULL"),
    )
    op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_column("mail", "calendar")
    for table in (
        "hearing_feedback",
        "convocation",
        "hearing_seat",
        "hearing",
        "hearing_impossibility",
        "hearing_availability",
        "hearing_plan",
    ):
        op.drop_table(table)
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
