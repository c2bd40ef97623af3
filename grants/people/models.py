"""Persons, organisations, funders, their members, and the ways in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.kernel.access import FunderRole, OrganisationRole
from grants.kernel.money import Cents

SIRET_PATTERN = r"^\d{14}$"
RNA_PATTERN = r"^W\d[A-Z\d]\d{7}$"
COMMUNE_PATTERN = r"^(\d{2}|2A|2B)\d{3}$"
POSTCODE_PATTERN = r"^\d{5}$"
NEIGHBOURHOOD_PATTERN = r"^(QN[0-9AB]{3}\d{2}[NMI]|QP\d{6})$"
KEY_PATTERN = r"^[a-z][a-z0-9_-]{1,39}$"


class Purpose(StrEnum):
    """What a link sent by mail is good for."""

    CONFIRM = "confirm"
    SIGN_IN = "sign_in"
    RESET = "reset"
    INVITATION = "invitation"


class FunderKind(StrEnum):
    """What sort of authority a funder is."""

    COMMUNE = "commune"
    COMMUNITY = "community"
    AGGLOMERATION = "agglomeration"
    URBAN_COMMUNITY = "urban_community"
    METROPOLIS = "metropolis"
    DEPARTMENT = "department"
    REGION = "region"
    PARTNER = "partner"


class Known(StrEnum):
    """How it is known whether an address lies in a priority neighbourhood (QPV)."""

    DECLARED = "declared"
    CHECKED = "checked"


class ApprovalKind(StrEnum):
    """What an authority may have recognised in an organisation of the social economy."""

    ESUS = "esus"
    SIAE = "siae"
    EA = "ea"
    ESAT = "esat"
    RUP = "rup"


class AidRegime(StrEnum):
    """Under which rules a public aid was granted."""

    NONE = "none"
    DE_MINIMIS = "de_minimis"
    DE_MINIMIS_SIEG = "de_minimis_sieg"
    DE_MINIMIS_FARMING = "de_minimis_farming"
    DE_MINIMIS_FISHERY = "de_minimis_fishery"
    EXEMPTED = "exempted"
    NOTIFIED = "notified"


class DeclarationKind(StrEnum):
    """What a representative declares on a day, for every call at once."""

    REPUBLICAN_CONTRACT = "republican_contract"
    TAXES = "taxes"
    SOCIAL = "social"
    PUBLIC_AID = "public_aid"


def _neighbourhood(where: str) -> tuple[CheckConstraint, ...]:
    """What is said of a neighbourhood says how it is known; only a yes has a code."""
    return (
        CheckConstraint(
            f"({where}_qpv IS NULL) = ({where}_qpv_known IS NULL)",
            name=f"{where}_qpv_says_how_it_is_known",
        ),
        CheckConstraint(
            f"{where}_qpv_known IN ('declared', 'checked')", name=f"{where}_qpv_known_is_known"
        ),
        CheckConstraint(
            f"{where}_qpv_code ~ '{NEIGHBOURHOOD_PATTERN}'", name=f"{where}_qpv_code_has_its_form"
        ),
        CheckConstraint(
            f"{where}_qpv_code IS NULL OR {where}_qpv", name=f"{where}_qpv_code_needs_a_yes"
        ),
    )


class Person(Row, Base):
    """Somebody with an e-mail address. Nothing may be done in their name until it is confirmed."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email_is_lower_case"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint("locale IN ('fr', 'en')", name="locale_is_known"),
        CheckConstraint(
            "password_hash IS NULL OR password_hash LIKE '$argon2id$%'", name="password_is_hashed"
        ),
    )

    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    locale: Mapped[str] = mapped_column(default="fr", server_default="fr")
    phone: Mapped[str | None]
    is_operator: Mapped[bool] = mapped_column(default=False, server_default="false")
    disabled_at: Mapped[datetime | None]

    funder_roles: Mapped[list[FunderMember]] = relationship(
        back_populates="person", lazy="raise", order_by="(FunderMember.role, FunderMember.id)"
    )


class SignIn(Row, Base):
    """One browser where one person is signed in. Only the hash of its token is kept."""

    __tablename__ = "sign_in"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index(None, "person_id", "started_at"),
        CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_is_hashed"),
        CheckConstraint("expires_at > started_at", name="expires_after_it_starts"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str]  # SHA-256, in hexadecimal
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="", server_default="")


class OneTimeLink(Row, Base):
    """A link to send by mail, good once and for a while.

    No token is stored: it is the row's identifier signed with the installation's secret
    (see `grants.people.links`), so that neither the database nor the outbox opens a door.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (
        Index(None, "email", "purpose", "asked_at"),
        CheckConstraint(enum_values("purpose", Purpose), name="purpose_is_known"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("expires_at > asked_at", name="expires_after_it_is_asked"),
    )

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str]
    purpose: Mapped[Purpose]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Attempt(Row, Base):
    """Something that must not be done too often, done once. Forgotten after a day.

    `kind` is the name of a limit (`grants.people.limits`).
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index(None, "kind", "account", "at"),
        Index(None, "kind", "network", "at"),
        Index(None, "at"),
    )

    kind: Mapped[str]
    account: Mapped[str]  # SHA-256 of the e-mail address typed, which may be nobody's
    network: Mapped[str]  # network address, an IPv6 one by its /64; "" when there is none
    at: Mapped[datetime]


class Organisation(Row, Base):
    """A structure that applies. Known by SIRET, by RNA, or still being created.

    An association of Alsace-Moselle has no RNA: `local_register` is its entry in the register
    of its court. The seat comes first; `place_*` is where it acts, empty when that is the seat.
    Of each, `*_qpv` says whether it lies in a priority neighbourhood; None is « not known ».
    `approvals` are `{"kind", "granted_on", "valid_until"}` (see `grants.people.standing`).
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(f"siret ~ '{SIRET_PATTERN}'", name="siret_has_14_digits"),
        CheckConstraint(f"rna ~ '{RNA_PATTERN}'", name="rna_has_its_form"),
        CheckConstraint(
            "siret IS NOT NULL OR rna IS NOT NULL OR local_register IS NOT NULL OR being_created",
            name="it_can_be_identified",
        ),
        CheckConstraint("local_register <> ''", name="local_register_is_not_empty"),
        CheckConstraint("employees >= 0", name="employees_are_counted"),
        CheckConstraint("jsonb_typeof(approvals) = 'array'", name="approvals_are_a_list"),
        CheckConstraint(
            f"place_postcode ~ '{POSTCODE_PATTERN}'", name="place_postcode_has_5_digits"
        ),
        CheckConstraint(
            f"place_commune_code ~ '{COMMUNE_PATTERN}'", name="place_commune_has_its_form"
        ),
        CheckConstraint(
            "(place_postcode IS NULL) = (place_city IS NULL)", name="place_is_whole_or_absent"
        ),
        *_neighbourhood("seat"),
        *_neighbourhood("place"),
        CheckConstraint("legal_form ~ '^\\d{4}$'", name="legal_form_is_a_code"),
        CheckConstraint(f"postcode ~ '{POSTCODE_PATTERN}'", name="postcode_has_5_digits"),
        CheckConstraint(f"commune_code ~ '{COMMUNE_PATTERN}'", name="commune_has_its_form"),
        Index(None, "siret"),
    )

    name: Mapped[str]
    legal_form: Mapped[str]  # INSEE's four-digit "catégorie juridique"
    legal_label: Mapped[str]
    siret: Mapped[str | None]
    rna: Mapped[str | None]
    local_register: Mapped[str | None]
    being_created: Mapped[bool] = mapped_column(default=False, server_default="false")
    street: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    commune_code: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    registered_on: Mapped[date | None]
    employees: Mapped[int | None]
    is_social_company: Mapped[bool] = mapped_column(default=False, server_default="false")
    approvals: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    place_street: Mapped[str | None]
    place_postcode: Mapped[str | None]
    place_city: Mapped[str | None]
    place_commune_code: Mapped[str | None]
    seat_qpv: Mapped[bool | None]
    seat_qpv_code: Mapped[str | None]
    seat_qpv_known: Mapped[Known | None]
    seat_qpv_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    seat_qpv_at: Mapped[datetime | None]
    place_qpv: Mapped[bool | None]
    place_qpv_code: Mapped[str | None]
    place_qpv_known: Mapped[Known | None]
    place_qpv_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    place_qpv_at: Mapped[datetime | None]

    members: Mapped[list[OrganisationMember]] = relationship(
        back_populates="organisation",
        lazy="raise",
        order_by="(OrganisationMember.created_at, OrganisationMember.id)",
    )


class OrganisationMember(Row, Base):
    """One role of one person in one organisation. The last representative stays (trigger)."""

    __tablename__ = "organisation_member"
    __table_args__ = (
        UniqueConstraint("organisation_id", "person_id", "role"),
        Index(None, "person_id"),
        CheckConstraint(enum_values("role", OrganisationRole), name="role_is_known"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[OrganisationRole]

    organisation: Mapped[Organisation] = relationship(back_populates="members", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class DeclaredAid(Row, Base):
    """One public aid that an organisation says it received. Taken back, it stays as history."""

    __tablename__ = "declared_aid"
    __table_args__ = (
        Index(None, "organisation_id", "granted_on"),
        CheckConstraint("funder_name <> ''", name="funder_is_named"),
        CheckConstraint("amount_cents > 0", name="amount_is_above_zero"),
        CheckConstraint(enum_values("regime", AidRegime), name="regime_is_known"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name="removal_has_an_author"
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    funder_name: Mapped[str]
    amount_cents: Mapped[Cents]
    granted_on: Mapped[date]
    regime: Mapped[AidRegime]
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Declaration(Row, Base):
    """What a representative declared on a day. Never altered: a new one follows it."""

    __tablename__ = "declaration"
    __table_args__ = (
        Index(None, "organisation_id", "kind", "declared_at"),
        CheckConstraint(enum_values("kind", DeclarationKind), name="kind_is_known"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[DeclarationKind]
    declared_at: Mapped[datetime]
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    author: Mapped[Person] = relationship(lazy="raise")


class RegisterAnswer(Base):
    """What the public register last said of a number; None when it knew none. Public data."""

    __tablename__ = "register_answer"
    __table_args__ = (CheckConstraint("number ~ '^(\\d{9}|\\d{14})$'", name="number_has_its_form"),)

    number: Mapped[str] = mapped_column(primary_key=True)  # SIREN or SIRET
    asked_at: Mapped[datetime]
    found: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Funder(Row, Base):
    """An authority that owns calls and envelopes."""

    __tablename__ = "funder"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(f"key ~ '{KEY_PATTERN}'", name="key_is_a_slug"),
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(f"siret ~ '{SIRET_PATTERN}'", name="siret_has_14_digits"),
        CheckConstraint(enum_values("kind", FunderKind), name="kind_is_known"),
        CheckConstraint("locale IN ('fr', 'en')", name="locale_is_known"),
    )

    key: Mapped[str]
    name: Mapped[str]
    kind: Mapped[FunderKind]
    siret: Mapped[str | None]
    address: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    locale: Mapped[str] = mapped_column(default="fr", server_default="fr")

    members: Mapped[list[FunderMember]] = relationship(
        back_populates="funder", lazy="raise", order_by="(FunderMember.created_at, FunderMember.id)"
    )


class FunderMember(Row, Base):
    """One role of one person for one funder."""

    __tablename__ = "funder_member"
    __table_args__ = (
        UniqueConstraint("funder_id", "person_id", "role"),
        Index(None, "person_id"),
        CheckConstraint(enum_values("role", FunderRole), name="role_is_known"),
    )

    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    role: Mapped[FunderRole]

    funder: Mapped[Funder] = relationship(back_populates="members", lazy="raise")
    person: Mapped[Person] = relationship(back_populates="funder_roles", lazy="raise")
