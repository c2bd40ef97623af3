"""Edits the form of a call while it may still change: its draft, or its next revision.

Every verb takes `seen`, the hash of the form that its author was looking at: had a colleague
changed it since, nothing is written. All of them lock the call, announce `call.form_edited`, and
raise what `edit` raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TypedDict, Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from grants.calls import drafting, queries, workbench
from grants.calls.drafting import Json
from grants.calls.form import FormDocument, document_hash
from grants.calls.models import Call, CallState, FormRevision, RequiredDocument
from grants.calls.reading import Malformed
from grants.calls.rules import leads
from grants.kernel.access import Actor
from grants.kernel.errors import Refused
from grants.outbox.services import announce

EDITABLE = {CallState.DRAFT, CallState.PUBLISHED}


class ByAuthor(TypedDict):
    """What every edit says of its author: the version they saw, who they are, when it is."""

    seen: str
    actor: Actor
    now: datetime


def edit(
    session: Session,
    call_id: UUID,
    change: Callable[[Json], Json],
    *,
    seen: str,
    actor: Actor,
    now: datetime,
    changes_keys: bool = True,
) -> FormRevision:
    """Apply `change` to the form that is being written, and store it when it still is one.

    Raises:
        Unknown: no such call, section or question, or the actor may not read it.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: the call is over (`call.edit.closed`), its form is frozen (`call.edit.frozen`),
            a colleague changed it meanwhile (`call.edit.changed_meanwhile`), answers hold on to
            what would change (`call.edit.…_answered`), or it would no longer be a form
            (`call.edit.malformed`).
    """
    call = queries.locked(session, call_id, viewer=actor)
    leads.require(actor, call)
    if call.state not in EDITABLE:
        raise Refused("call.edit.closed")
    revision = workbench.newest_revision(session, call_id)
    if revision.frozen_at is not None:
        raise Refused("call.edit.frozen")
    if revision.document_hash != seen:
        raise Refused("call.edit.changed_meanwhile")
    before, after = revision.document, change(revision.document)
    form = read(after)
    if changes_keys:
        _check_answered(session, call_id, before, after)
    revision.document, revision.document_hash = after, document_hash(after)
    if call.state is CallState.DRAFT:
        match_documents(session, call, form)
    announce(session, "call.form_edited", by=actor, at=now, funder=call.lead_id, subject=call.id)
    session.flush()
    return revision


def read(document: Json) -> FormDocument:
    """The document as questions.

    Raises:
        Refused: `call.edit.breaks_rule` or `call.edit.circle` names whose rule would not work,
            `call.edit.malformed` says the first mistake of another sort.
    """
    try:
        return FormDocument.parse(document)
    except Malformed as malformed:
        raise _refusal(document, malformed.errors[0]) from malformed


RULE_PATH = re.compile(r"(sections|checks)\[(\d+)\](?:\.fields\[(\d+)\])?\.(show_if|computed|rule)")


def _refusal(document: Json, mistake: str) -> Refused:
    found = RULE_PATH.match(mistake)
    if found is None:
        return Refused("call.edit.malformed", mistake=mistake)
    holder = document[found[1]][int(found[2])]
    if found[3]:
        holder = holder["fields"][int(found[3])]
    where = holder.get("label_fr") or holder.get("title_fr") or holder.get("message_fr", "")
    code = "circle" if "turns in a circle" in mistake else "breaks_rule"
    return Refused(f"call.edit.{code}", where=where)


def match_documents(session: Session, call: Call, form: FormDocument) -> None:
    """Announce on the call's page exactly the documents that its form asks for.

    `call.documents` must be loaded; the call is a draft.
    """
    wanted = {field.key: field for field in form.files()}
    kept = {row.key: row for row in call.documents}
    for key in kept.keys() - wanted.keys():
        call.documents.remove(kept[key])
        session.delete(kept[key])
    for position, (key, field) in enumerate(wanted.items(), 1):
        row = kept.get(key)
        if row is None:
            row = RequiredDocument(call_id=call.id, key=key)
            session.add(row)
        row.position, row.required = position, field.required
        row.label_fr, row.label_en = field.label_fr, field.label_en
        row.help_fr, row.help_en = field.help_fr, field.help_en
        row.legal_forms = list(field.legal_forms)
        row.vault_kind = field.vault_kind


def _check_answered(session: Session, call_id: UUID, before: Json, after: Json) -> None:
    """A key under which people answered keeps its name and its type as long as it is asked.

    Raises:
        Refused: `call.edit.key_answered` or `call.edit.type_answered`.
    """
    now = {one["key"]: one for one in drafting.every_field(after)}
    pairs = [(list(drafting.every_field(before)), list(now.values()), "")]
    pairs += [
        (drafting.cells(one), drafting.cells(now[one["key"]]), one["key"])
        for one in drafting.every_field(before)
        if one["key"] in now
    ]
    for old, new, home in pairs:
        for key, what in _at_stake(old, new):
            count = workbench.answers_under(session, call_id, home or key)
            if count:
                code = f"call.edit.{what}_answered"
                raise Refused(code, field=what, key=key, answers=count)


def _at_stake(before: list[Json], after: list[Json]) -> Iterator[tuple[str, str]]:
    """The keys that change their type, and the one that changes its name.

    What is simply taken out is not at stake: those who answered keep their revision.
    """
    types = {one["key"]: one["type"] for one in after}
    gone = [one["key"] for one in before if one["key"] not in types]
    added = types.keys() - {one["key"] for one in before}
    for one in before:
        if types.get(one["key"], one["type"]) != one["type"]:
            yield one["key"], "type"
    if len(gone) == 1 and len(added) == 1:
        yield gone[0], "key"


# --- Sections ------------------------------------------------------------------------------------


def add_section(
    session: Session, call_id: UUID, section: Json, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Add a section without questions at the end of the form."""
    return edit(session, call_id, partial(drafting.add_section, section=section), **author)


def edit_section(
    session: Session, call_id: UUID, key: str, values: Json, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Write the words of a section, and its condition."""
    change = partial(drafting.change_section, key=key, values=values)
    return edit(session, call_id, change, **author)


def move_section(
    session: Session, call_id: UUID, key: str, to: int, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Put a section at another place, from 0."""
    change = partial(drafting.move_section, key=key, to=to)
    return edit(session, call_id, change, **author, changes_keys=False)


def copy_section(
    session: Session,
    call_id: UUID,
    key: str,
    *,
    suffixes: tuple[str, str],
    **author: Unpack[ByAuthor],
) -> FormRevision:
    """Add the section a second time after itself, its title ended by `suffixes` (fr, en)."""
    fr, en = suffixes
    change = partial(drafting.copy_section, key=key, suffix_fr=fr, suffix_en=en)
    return edit(session, call_id, change, **author)


def delete_section(
    session: Session, call_id: UUID, key: str, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Take a section out with its questions. Also Refused when it is the last one."""
    return edit(session, call_id, partial(drafting.delete_section, key=key), **author)


# --- Questions -----------------------------------------------------------------------------------


def add_field(
    session: Session, call_id: UUID, section_key: str, field: Json, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Add a question at the end of a section."""
    change = partial(drafting.add_field, section_key=section_key, field=field)
    return edit(session, call_id, change, **author)


def edit_field(
    session: Session, call_id: UUID, path: str, values: Json, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Write everything of a question, its key and its type included."""
    change = partial(drafting.change_field, path=path, values=values)
    return edit(session, call_id, change, **author)


def move_field(
    session: Session,
    call_id: UUID,
    path: str,
    *,
    to: int,
    section_key: str,
    **author: Unpack[ByAuthor],
) -> FormRevision:
    """Put a question at a place (from 0) of its section, or of another one."""
    change = partial(drafting.move_field, path=path, to=to, section_key=section_key)
    return edit(session, call_id, change, **author, changes_keys=False)


def step_field(
    session: Session, call_id: UUID, path: str, *, down: bool, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Move a question one place up or down, out of its section when it stands at its edge."""
    change = partial(drafting.step_field, path=path, down=down)
    return edit(session, call_id, change, **author, changes_keys=False)


def copy_field(
    session: Session,
    call_id: UUID,
    path: str,
    *,
    suffixes: tuple[str, str],
    **author: Unpack[ByAuthor],
) -> FormRevision:
    """Add the question a second time after itself, its label ended by `suffixes` (fr, en)."""
    fr, en = suffixes
    change = partial(drafting.copy_field, path=path, suffix_fr=fr, suffix_en=en)
    return edit(session, call_id, change, **author)


def delete_field(
    session: Session, call_id: UUID, path: str, **author: Unpack[ByAuthor]
) -> FormRevision:
    """Take a question out of the form."""
    return edit(session, call_id, partial(drafting.delete_field, path=path), **author)
