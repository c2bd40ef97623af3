"""The gate between vote and money, delegations, and the deliberative body at work."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0029"
down_revision = "0028"

SQL = Path(__file__).parent.parent / "sql"
TARGETS = {
    "recorded_by": "person",
    "meeting_id": "council_meeting",
    "item_id": "council_item",
    "first_id": "council_session",
    **dict.fromkeys(
        ("seat_id", "chair_id", "rapporteur_id", "giver_id", "holder_id"), "council_seat"
    ),
}
DELIBERATION_CHECKS = {
    "formalities_after_vote": "transmitted_on >= voted_on AND published_on >= voted_on",
    "formalities_if_adopted": "adopted OR (transmitted_on IS NULL AND published_on IS NULL)",
    "executory_once_both": "(made_executory_on IS NULL)"
    " = (transmitted_on IS NULL OR published_on IS NULL)",
    "executory_on_the_later": "made_executory_on = GREATEST(transmitted_on, published_on)",
}
COUNCIL_TABLES = (
    "paper",
    "reported",
    "voice",
    "leaving",
    "proxy",
    "presence",
    "item_application",
    "item",
)


def born() -> list[sa.Column]:
    """The columns that every table has."""
    return [sa.Column("id", sa.Uuid(), nullable=False), instant("created_at", born=True)]


def instant(name: str, *, nullable: bool = False, born: bool = False) -> sa.Column:
    """A column of instants."""
    default = sa.text("now()") if born else None
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable, server_default=default)


def day(name: str, *, nullable: bool = False) -> sa.Column:
    """A column of days."""
    return sa.Column(name, sa.Date(), nullable=nullable)


def words(name: str, *, empty: bool = False) -> sa.Column:
    """A text; `empty` when it may be."""
    return sa.Column(name, sa.String(), server_default="" if empty else None, nullable=False)


def flag(name: str, *, default: str | None = "false") -> sa.Column:
    """Yes or no."""
    return sa.Column(name, sa.Boolean(), server_default=default, nullable=False)


def link(name: str, *, nullable: bool = False) -> sa.Column:
    """A column that names a row of another table."""
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def to(table: str, column: str, **options: str) -> sa.ForeignKeyConstraint:
    """Where such a column leads."""
    other = TARGETS.get(column, column.removesuffix("_id"))
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, **options)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A rule of a table."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def only(table: str, *columns: str) -> sa.UniqueConstraint:
    """What stands there once."""
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Its identifier."""
    return sa.PrimaryKeyConstraint(*(columns or ("id",)), name=op.f(f"pk_{table}"))


def run(name: str) -> None:
    """A file of functions and triggers: the driver itself, so that `%` stays `%`."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute((SQL / name).read_text(encoding="utf-8"))


def upgrade() -> None:
    """Add them; what is executory already gets its warrants."""
    delegations()
    formalities()
    warrants()
    bodies()
    agendas()
    rooms()
    run("0029_gate.sql")
    run("0029_councils.sql")


def downgrade() -> None:
    """Drop them: triggers go with their tables, functions after."""
    for name in (
        *("ledger_entry_is_warranted", "decision_keeps_its_reserve", "deliberation_warrants"),
        *("deliberation_is_delegated", "decision_is_delegated", "ledger_warrant_guard"),
        "council_voices_add_up",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")
    op.execute("DROP FUNCTION decision_held(uuid)")
    for trigger in ("deliberation_stays_executory", "deliberation_keeps_its_delegation"):
        op.execute(f"DROP TRIGGER {trigger} ON deliberation")
    for table in (*COUNCIL_TABLES, "meeting", "seat"):
        op.drop_table(f"council_{table}")
    op.drop_table("ledger_warrant")
    for name in DELIBERATION_CHECKS:
        op.drop_constraint(op.f(f"ck_deliberation_{name}"), "deliberation", type_="check")
    for name in ("delegation_id", "published_on", "receipt", "transmitted_on"):
        op.drop_column("deliberation", name)
    op.drop_table("delegation")


def delegations() -> None:
    """What the council lets others decide."""
    table = "delegation"
    op.create_table(
        table,
        *born(),
        link("funder_id"),
        sa.Column("body", sa.String(40), nullable=False),
        *(words(one) for one in ("number", "object")),
        day("voted_on"),
        sa.Column("instruments", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("amount_max", sa.BigInteger()),
        day("from_on"),
        *(day(one, nullable=True) for one in ("until_on", "ended_on")),
        link("recorded_by"),
        key(table),
        *(to(table, one) for one in ("funder_id", "recorded_by")),
        check(table, "body_is_delegated", "body IN ('bureau', 'president')"),
        check(table, "is_named", "number <> '' AND object <> ''"),
        check(table, "amount_is_positive", "amount_max > 0"),
        check(table, "begins_after_vote", "from_on >= voted_on"),
        check(table, "ends_after_it_began", "until_on >= from_on"),
        check(table, "ended_after_vote", "ended_on >= voted_on"),
        check(table, "instruments_are_named", "cardinality(instruments) > 0"),
    )
    op.create_index(op.f("ix_delegation_funder_id_body"), table, ["funder_id", "body"])


def formalities() -> None:
    """Transmission and publication, of which the executory day is the later."""
    table = "deliberation"
    for column in (
        day("transmitted_on", nullable=True),
        words("receipt", empty=True),
        day("published_on", nullable=True),
        link("delegation_id", nullable=True),
    ):
        op.add_column(table, column)
    op.create_foreign_key(
        op.f("fk_deliberation_delegation_id"), table, "delegation", ["delegation_id"], ["id"]
    )
    op.create_index(op.f("ix_deliberation_delegation_id"), table, ["delegation_id"])
    op.execute("UPDATE deliberation SET made_executory_on = NULL WHERE NOT adopted")
    op.execute(
        "UPDATE deliberation SET transmitted_on = made_executory_on,"
        " published_on = made_executory_on"
    )
    for name, rule in DELIBERATION_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def warrants() -> None:
    """What lets an award be committed."""
    table = "ledger_warrant"
    op.create_table(
        table,
        link("award_id"),
        link("funder_id"),
        words("act"),
        day("executory_on"),
        instant("created_at", born=True),
        key(table, "award_id"),
        to(table, "funder_id"),
        check(table, "act_is_named", "act <> ''"),
    )
    op.execute("""
        INSERT INTO ledger_warrant (award_id, funder_id, act, executory_on)
        SELECT d.id, b.funder_id, b.number, b.made_executory_on
          FROM decision d JOIN deliberation b ON b.id = d.deliberation_id
         WHERE d.envelope_id IS NOT NULL AND b.made_executory_on IS NOT NULL
    """)


def bodies() -> None:
    """Members, and how a session is called and held."""
    table = "council_seat"
    op.create_table(
        table,
        *born(),
        link("funder_id"),
        link("person_id", nullable=True),
        words("name"),
        sa.Column("office", sa.String(40), nullable=False),
        flag("in_bureau"),
        day("since"),
        day("until", nullable=True),
        key(table),
        *(to(table, one) for one in ("funder_id", "person_id")),
        only(table, "funder_id", "name", "since"),
        check(table, "office_is_known", "office IN ('president', 'vice_president', 'member')"),
        check(table, "name_is_given", "name <> ''"),
        check(table, "ends_after_it_began", "until > since"),
        check(table, "president_is_of_the_bureau", "office <> 'president' OR in_bureau"),
    )
    op.create_index(op.f("ix_council_seat_person_id"), table, ["person_id"])
    op.create_index(
        "uq_council_seat_president",
        table,
        ["funder_id"],
        unique=True,
        postgresql_where=sa.text("office = 'president' AND until IS NULL"),
    )
    table = "council_meeting"
    op.create_table(
        table,
        *born(),
        link("council_session_id"),
        instant("starts_at"),
        words("place"),
        sa.Column("clear_days", sa.Integer(), nullable=False),
        words("urgency", empty=True),
        *(link(one, nullable=True) for one in ("first_id", "chair_id")),
        *(instant(one, nullable=True) for one in ("opened_at", "closed_at")),
        flag("quorum_missed"),
        key(table),
        *(to(table, one) for one in ("council_session_id", "first_id", "chair_id")),
        only(table, "council_session_id"),
        check(table, "notice_is_plausible", "clear_days BETWEEN 1 AND 30"),
        check(table, "only_what_opened_closes", "closed_at IS NULL OR opened_at IS NOT NULL"),
        check(table, "missed_is_closed", "NOT quorum_missed OR closed_at IS NOT NULL"),
        check(table, "follows_another", "first_id <> council_session_id"),
    )
    op.create_index(op.f("ix_council_meeting_first_id"), table, ["first_id"])


def agendas() -> None:
    """Items, and the applications that each decides upon."""
    table = "council_item"
    op.create_table(
        table,
        *born(),
        link("meeting_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        words("number", empty=True),
        words("object"),
        words("draft", empty=True),
        *(link(one, nullable=True) for one in ("rapporteur_id", "deliberation_id")),
        *(instant(one, nullable=True) for one in ("withdrawn_at", "voted_at")),
        key(table),
        *(to(table, one) for one in ("meeting_id", "rapporteur_id", "deliberation_id")),
        sa.UniqueConstraint(
            "meeting_id", "position", name="uq_council_item_place", deferrable=True
        ),
        only(table, "deliberation_id"),
        check(table, "object_is_given", "object <> ''"),
        check(table, "position_starts_at_one", "position > 0"),
        check(table, "withdrawn_or_voted", "withdrawn_at IS NULL OR deliberation_id IS NULL"),
    )
    table = "council_item_application"
    op.create_table(
        table,
        *(link(one) for one in ("item_id", "application_id")),
        key(table, "item_id", "application_id"),
        to(table, "item_id", ondelete="CASCADE"),
        to(table, "application_id"),
    )
    op.create_index(op.f("ix_council_item_application_application_id"), table, ["application_id"])


def rooms() -> None:
    """Who is there, who votes for whom, who leaves, and how each counted."""
    table = "council_presence"
    op.create_table(
        table,
        *born(),
        *(link(one) for one in ("meeting_id", "seat_id")),
        instant("arrived_at"),
        instant("left_at", nullable=True),
        key(table),
        *(to(table, one) for one in ("meeting_id", "seat_id")),
        ExcludeConstraint(
            ("meeting_id", "="),
            ("seat_id", "="),
            (sa.text("tstzrange(arrived_at, left_at)"), "&&"),
            name=op.f("ex_council_presence_once"),
            using="gist",
        ),
        check(table, "leaves_after_arriving", "left_at > arrived_at"),
    )
    table = "council_proxy"
    op.create_table(
        table,
        *born(),
        *(link(one) for one in ("meeting_id", "giver_id", "holder_id")),
        instant("given_at"),
        instant("revoked_at", nullable=True),
        key(table),
        *(to(table, one) for one in ("meeting_id", "giver_id", "holder_id")),
        check(table, "given_to_another", "giver_id <> holder_id"),
        check(table, "revoked_after_given", "revoked_at >= given_at"),
    )
    for one in ("giver", "holder"):
        op.create_index(
            f"uq_council_proxy_{one}",
            table,
            ["meeting_id", f"{one}_id"],
            unique=True,
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
    table = "council_leaving"
    op.create_table(
        table,
        *(link(one) for one in ("item_id", "seat_id")),
        instant("said_at"),
        key(table, "item_id", "seat_id"),
        to(table, "item_id", ondelete="CASCADE"),
        to(table, "seat_id"),
    )
    voices()


def voices() -> None:
    """How each member counted, and which delegated acts the council was told of."""
    table = "council_voice"
    op.create_table(
        table,
        *(link(one) for one in ("item_id", "seat_id")),
        sa.Column("standing", sa.String(40), nullable=False),
        flag("left_room", default=None),
        link("holder_id", nullable=True),
        sa.Column("choice", sa.String(40)),
        key(table, "item_id", "seat_id"),
        *(to(table, one) for one in ("item_id", "seat_id", "holder_id")),
        check(table, "standing_is_known", "standing IN ('present', 'represented', 'absent')"),
        check(
            table,
            "only_voters_vote",
            "choice IS NULL OR (choice IN ('for', 'against', 'abstention')"
            " AND standing <> 'absent' AND NOT left_room)",
        ),
        check(table, "proxy_has_a_holder", "(standing = 'represented') = (holder_id IS NOT NULL)"),
    )
    papers()
    table = "council_reported"
    op.create_table(
        table,
        *(link(one) for one in ("deliberation_id", "council_session_id")),
        instant("told_at", born=True),
        key(table, "deliberation_id"),
        *(to(table, one) for one in ("deliberation_id", "council_session_id")),
    )
    op.create_index(op.f("ix_council_reported_council_session_id"), table, ["council_session_id"])


def papers() -> None:
    """The files of an agenda."""
    table = "council_paper"
    op.create_table(
        table,
        *born(),
        link("item_id"),
        words("format"),
        link("stored_file_id"),
        instant("made_at"),
        key(table),
        to(table, "item_id", ondelete="CASCADE"),
        to(table, "stored_file_id"),
        only(table, "item_id", "format"),
        check(table, "format_is_known", "format IN ('pdf', 'odt')"),
    )
