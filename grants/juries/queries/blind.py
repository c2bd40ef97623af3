"""What jurors of a blind stage read, decided here for every page, file and mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, func, literal, literal_column, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from grants.applications.models import Application, ApplicationFile, folded
from grants.calls.form import FieldRole, FormDocument, Reading
from grants.calls.models import Jury
from grants.files.inspection import KINDS
from grants.files.models import StoredFile
from grants.files.neutral import CLEANERS
from grants.juries.models import RedactedFile, Redaction
from grants.juries.redacting import MASK, Text, redacted, sealed, texts
from grants.juries.rules import is_blinded
from grants.kernel.access import Actor
from grants.people.models import Organisation, Person

PIECE = "Pièce"
"""How documents are called where their own names may tell of the applicant."""

# A form may hide its title from blind jurors; an officer may have masked words of it, and then
# a title that changed since is withheld.
TITLE = """(CASE WHEN EXISTS (SELECT FROM form_revision f WHERE f.id = {a}.revision_id
        AND jsonb_path_exists(f.document, '$.sections[*].fields[*] ? (@.role == "title" && (
            (exists(@.visible_to)
                && !(@.visible_to[*] == "blind_juror" || @.visible_to[*] == "public"))
            || (!exists(@.visible_to) && @.personal == true)))'))
    THEN '{mask}'
    ELSE coalesce((
        SELECT CASE WHEN r.text_sha256 = encode(sha256(convert_to({a}.title, 'UTF8')), 'hex')
            THEN r.shown ELSE '{mask}' END
        FROM redaction r WHERE r.application_id = {a}.id AND r.is_title), {a}.title) END)"""


@dataclass(frozen=True)
class Piece:
    """One document as a blind juror gets it: `name` is neutral, `stored` is what is sent.

    `is_withheld`: it changed since its redacted copy was made, or nobody can take out of it
    what names its author; then it is listed, and never sent.
    """

    id: UUID
    field_key: str
    name: str
    stored: StoredFile
    is_redacted: bool = False
    is_withheld: bool = False


def title_sql(alias: str) -> str:
    """The title for blind jurors in raw SQL; `alias` is the application's."""
    return TITLE.format(a=alias, mask=MASK)


def title_of(jury: Jury, viewer: Actor) -> ColumnElement[str]:
    """The title as the viewer may read it, in a statement over `Application`.

    The jury's stage must be loaded.
    """
    if is_blinded.holds(viewer, jury):
        return literal_column(title_sql("application"), String)
    return Application.title.expression


def applicant_of(jury: Jury, viewer: Actor) -> ColumnElement[str]:
    """The applicant's name, "" for blind jurors, over `Application`, `Person`, `Organisation`.

    The jury's stage must be loaded.
    """
    if is_blinded.holds(viewer, jury):
        return literal("")
    return func.coalesce(Organisation.name, Person.name)


def searched(jury: Jury, viewer: Actor, words: str, most: int) -> list[ColumnElement[bool]]:
    """Conditions that find applications by words: for blind jurors, number and title as shown.

    The jury's stage must be loaded.
    """
    wanted = folded(words).split()[:most]
    if not is_blinded.holds(viewer, jury):
        return [Application.search_text.contains(one, autoescape=True) for one in wanted]
    title = title_of(jury, viewer)
    shown = func.lower(func.unaccent(func.concat(Application.number, " ", title)))
    return [shown.contains(one, autoescape=True) for one in wanted]


def redactions(session: Session, application_id: UUID) -> dict[str, Redaction]:
    """What was masked in an application's texts, by path. The caller has read the application."""
    found = session.scalars(select(Redaction).where(Redaction.application_id == application_id))
    return {one.field_key: one for one in found}


def shown(text: Text, copy: Mapping[str, Redaction]) -> str:
    """One text as blind jurors read it: withheld where a copy exists and has not seen it."""
    if not copy:
        return text.value
    seen = copy.get(text.path)
    return seen.shown if seen is not None and seen.text_sha256 == text.sha256 else MASK


def shown_answers(application: Application, copy: Mapping[str, Redaction]) -> dict[str, Any]:
    """All answers as blind jurors read them; the application's revision must be loaded.

    Whoever draws them reads them as `Reading.BLIND_JUROR`: what is not theirs is still there.
    """
    found = texts(application.revision.form, application.answers)
    return redacted(application.answers, found, lambda one: shown(one, copy))


def shown_title(application: Application, copy: Mapping[str, Redaction]) -> str:
    """The title as blind jurors read it, as `title_sql` gives it to lists."""
    field = application.revision.form.by_role(FieldRole.TITLE)
    if field is not None and Reading.BLIND_JUROR not in field.visible_to:
        return MASK
    seen = next((one for one in copy.values() if one.is_title), None)
    if seen is None:
        return application.title
    return seen.shown if seen.text_sha256 == sealed(application.title) else MASK


def pieces(session: Session, application: Application) -> list[Piece]:
    """The documents that blind jurors may know of, named neutrally; two statements.

    The application's revision must be loaded.
    """
    rows = session.execute(
        select(ApplicationFile, RedactedFile)
        .join(ApplicationFile.stored_file)
        .outerjoin(RedactedFile, RedactedFile.application_file_id == ApplicationFile.id)
        .options(
            contains_eager(ApplicationFile.stored_file),
            joinedload(RedactedFile.stored_file),
        )
        .where(
            ApplicationFile.application_id == application.id,
            ApplicationFile.removed_at.is_(None),
        )
        .order_by(ApplicationFile.added_at, ApplicationFile.id)
    ).all()
    visible = blind_keys(application.revision.form)
    redone = _once_redacted(session, application.id)
    shown_rows = [(file, copy) for file, copy in rows if file.field_key in visible]
    return [
        _piece(at, file, copy, withheld=copy is None and file.field_key in redone)
        for at, (file, copy) in enumerate(shown_rows, start=1)
    ]


def blind_keys(form: FormDocument) -> frozenset[str]:
    """The fields that jurors of a blind stage may read."""
    return frozenset(one.key for one in form.fields() if Reading.BLIND_JUROR in one.visible_to)


def _once_redacted(session: Session, application_id: UUID) -> frozenset[str]:
    """Fields whose document had a redacted copy, and was replaced since."""
    statement = (
        select(ApplicationFile.field_key)
        .join(RedactedFile, RedactedFile.application_file_id == ApplicationFile.id)
        .where(
            ApplicationFile.application_id == application_id,
            ApplicationFile.removed_at.is_not(None),
        )
    )
    return frozenset(session.scalars(statement))


def _piece(at: int, file: ApplicationFile, copy: RedactedFile | None, *, withheld: bool) -> Piece:
    stored = copy.stored_file if copy is not None else file.stored_file
    ending = next((one.ending for one in KINDS if one.media_type == stored.media_type), "bin")
    return Piece(
        id=file.id,
        field_key=file.field_key,
        name=f"{PIECE} {at}.{ending}",
        stored=stored,
        is_redacted=copy is not None,
        is_withheld=withheld or stored.media_type not in CLEANERS,
    )
