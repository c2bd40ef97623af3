"""An agreement on an award, its amendments, every version of their text, and who signed it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.db import Base, Row, enum_values
from grants.decisions.models import Decision
from grants.files.models import StoredFile
from grants.kernel.money import Amount, Unit
from grants.people.models import Funder


class ActState(StrEnum):
    """Where an agreement or an amendment stands. Values are stored."""

    DRAFTED = "drafted"
    SENT = "sent"
    SIGNED = "signed"
    COUNTERSIGNED = "countersigned"
    IN_FORCE = "in_force"


class Side(StrEnum):
    """Who signs. Values are stored."""

    BENEFICIARY = "beneficiary"
    AUTHORITY = "authority"


class Method(StrEnum):
    """How somebody signed. Values are stored."""

    CODE = "code"
    PAPER = "paper"


class Agreement(Row, Base):
    """What binds a funder and a beneficiary about one award.

    `original_amount` is what was awarded: amendments leave it as it is (trigger), and the amount
    in force is that of the latest act in force. It ends with an award that an act took back whole.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        UniqueConstraint("funder_id", "number"),
        CheckConstraint("original_amount > 0", name="amount_is_positive"),
        CheckConstraint(enum_values("unit", Unit), name="unit_is_known"),
        CheckConstraint("(ended_on IS NULL) = (ended_by_act = '')", name="end_names_its_act"),
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decision.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    funder_id: Mapped[UUID] = mapped_column(ForeignKey("funder.id"))
    number: Mapped[str]
    original_amount: Mapped[Amount]
    unit: Mapped[Unit]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    ended_by_act: Mapped[str] = mapped_column(default="", server_default="")

    decision: Mapped[Decision] = relationship(lazy="raise")
    application: Mapped[Application] = relationship(lazy="raise")
    funder: Mapped[Funder] = relationship(lazy="raise")
    acts: Mapped[list[AgreementAct]] = relationship(
        lazy="raise", back_populates="agreement", order_by="AgreementAct.position"
    )


class AgreementAct(Row, Base):
    """The agreement itself (position 0), or one amendment of it."""

    __tablename__ = "agreement_act"
    __table_args__ = (
        UniqueConstraint("agreement_id", "position"),
        CheckConstraint("position >= 0", name="position_is_counted"),
        CheckConstraint("amount > 0", name="amount_is_positive"),
        CheckConstraint("position = 0 OR btrim(object) <> ''", name="amendment_says_why"),
        CheckConstraint(enum_values("state", ActState), name="state_is_known"),
        CheckConstraint("(state = 'drafted') = (sent_at IS NULL)", name="sent_matches_state"),
        CheckConstraint(
            "(state = 'in_force') = (in_force_on IS NOT NULL)", name="in_force_matches_state"
        ),
    )

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    position: Mapped[int]
    amount: Mapped[Amount]
    object: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[ActState] = mapped_column(default=ActState.DRAFTED)
    sent_at: Mapped[datetime | None]
    in_force_on: Mapped[date | None]

    agreement: Mapped[Agreement] = relationship(lazy="raise", back_populates="acts")
    versions: Mapped[list[AgreementVersion]] = relationship(
        lazy="raise", order_by="AgreementVersion.number"
    )
    signatures: Mapped[list[AgreementSignature]] = relationship(
        lazy="raise", order_by="AgreementSignature.side.desc()"
    )
    proof: Mapped[AgreementProof | None] = relationship(lazy="raise")

    @property
    def funder_id(self) -> UUID:
        """Whose agreement it is."""
        return self.agreement.funder_id

    @property
    def application_id(self) -> UUID:
        """About which application."""
        return self.agreement.application_id

    @property
    def latest(self) -> AgreementVersion:
        """The text as it stands: the newest version."""
        return self.versions[-1]


class AgreementVersion(Row, Base):
    """One state of the text of an act. Never changed once kept (trigger)."""

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("act_id", "number"),
        CheckConstraint("number > 0", name="number_is_counted"),
        CheckConstraint("btrim(text) <> ''", name="text_is_written"),
        CheckConstraint(
            "sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="hash_is_right"
        ),
    )

    act_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_act.id"))
    number: Mapped[int]
    text: Mapped[str]
    sha256: Mapped[str]
    kept_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kept_at: Mapped[datetime]

    document: Mapped[AgreementDocument | None] = relationship(lazy="raise")


class AgreementDocument(Row, Base):
    """The PDF of a version that was sent: what is read and signed. Never changed (trigger)."""

    __tablename__ = "agreement_document"
    __table_args__ = (
        UniqueConstraint("version_id"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash_is_written"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str]
    made_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class AgreementProof(Row, Base):
    """The page that proves both signatures of an act, and the code by which anyone checks it.

    Made once when the authority has signed; never changed (trigger).
    """

    __tablename__ = "agreement_proof"
    __table_args__ = (
        UniqueConstraint("act_id"),
        UniqueConstraint("code"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="hash_is_written"),
    )

    act_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_act.id"))
    code: Mapped[str]
    stored_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    sha256: Mapped[str]
    made_at: Mapped[datetime]

    stored_file: Mapped[StoredFile] = relationship(lazy="raise")


class SigningCode(Row, Base):
    """A one-time code mailed to whoever is about to sign. The code itself is kept nowhere.

    It is worked out from this row's id and the installation's secret.
    """

    __tablename__ = "signing_code"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_are_counted"),
        CheckConstraint("expires_at > asked_at", name="lasts_a_while"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    used_at: Mapped[datetime | None]


class AgreementSignature(Row, Base):
    """One side's signature under one version. Never changed (trigger).

    With a code, it is put under the PDF of that version (`document_id`); `provider` names the
    implementation that proved who signs; `drawing_id` is the mark that was drawn, if any.

    Under the authority's side: who presides (`seat_id`) or whom they let sign (`delegation_id`),
    entitled on the day of `entitled_on` (trigger). `before_register` is of older ones alone.
    """

    __tablename__ = "agreement_signature"
    __table_args__ = (
        UniqueConstraint("act_id", "side"),
        CheckConstraint(enum_values("side", Side), name="side_is_known"),
        CheckConstraint(enum_values("method", Method), name="method_is_known"),
        CheckConstraint("btrim(name) <> '' AND btrim(capacity) <> ''", name="signatory_is_named"),
        CheckConstraint("drawing_id IS NULL OR method = 'code'", name="drawn_on_a_screen"),
        CheckConstraint(
            "(side = 'authority' AND NOT before_register) = (entitled_on IS NOT NULL)"
            " AND num_nonnulls(seat_id, delegation_id) = num_nonnulls(entitled_on)",
            name="authority_is_entitled",
        ),
    )

    act_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_act.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    side: Mapped[Side]
    method: Mapped[Method]
    name: Mapped[str]
    capacity: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str]
    signed_at: Mapped[datetime]
    # Instants and identifiers that prove it, as the provider gives them.
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreement_document.id"))
    drawing_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    provider: Mapped[str] = mapped_column(default="", server_default="")
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("council_seat.id"))
    delegation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("signing_delegation.id"), index=True
    )
    entitled_on: Mapped[date | None]
    before_register: Mapped[bool] = mapped_column(default=False, server_default="false")

    drawing: Mapped[StoredFile | None] = relationship(lazy="raise")

    def instant(self, name: str) -> datetime | None:
        """An instant of the evidence, by its name."""
        text = self.evidence.get(name)
        return datetime.fromisoformat(text) if text else None
