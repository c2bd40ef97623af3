"""Persons, organisations, funders, their members, and the ways in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.db import Base, Row, enum_values
from grants.kernel.access import FunderRole, OrganisationRole

SIRET_PATTERN = r"^\d{14}$"
RNA_PATTERN = r"^W\d[A-Z\d]\d{7}$"
COMMUNE_PATTERN = r"^(\d{2}|2A|2B)\d{3}$"
POSTCODE_PATTERN = r"^\d{5}$"
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
        back_populates="person", lazy="raise", order_by="FunderMember.role"
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


class SignInFailure(Row, Base):
    """A wrong password, counted to slow down whoever guesses. Forgotten after a day."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index(None, "account", "failed_at"),
        Index(None, "address", "failed_at"),
        Index(None, "failed_at"),
    )

    account: Mapped[str]  # SHA-256 of the e-mail address typed, which may be nobody's
    address: Mapped[str]  # network address
    failed_at: Mapped[datetime]


class Organisation(Row, Base):
    """A structure that applies. Known by SIRET, by RNA, or still being created."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_is_given"),
        CheckConstraint(f"siret ~ '{SIRET_PATTERN}'", name="siret_has_14_digits"),
        CheckConstraint(f"rna ~ '{RNA_PATTERN}'", name="rna_has_its_form"),
        CheckConstraint(
            "siret IS NOT NULL OR rna IS NOT NULL OR being_created", name="it_can_be_identified"
        ),
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
    being_created: Mapped[bool] = mapped_column(default=False, server_default="false")
    street: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    commune_code: Mapped[str | None]
    phone: Mapped[str | None]
    website: Mapped[str | None]
    registered_on: Mapped[date | None]

    members: Mapped[list[OrganisationMember]] = relationship(
        back_populates="organisation", lazy="raise", order_by="OrganisationMember.created_at"
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
        back_populates="funder", lazy="raise", order_by="FunderMember.created_at"
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
