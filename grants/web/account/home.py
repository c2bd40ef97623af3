"""What the home of an organisation shows: its lines, where things stand, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.kernel.access import OrganisationRole
from grants.kernel.clock import paris_date
from grants.people import declarations, standing
from grants.people.declarations import Standing
from grants.people.identifiers import spaced_siret
from grants.people.legal_forms import legal_form
from grants.people.models import Declaration, DeclarationKind, Known, Organisation, Person
from grants.people.standing import Neighbourhood, Where
from grants.vault import kinds
from grants.vault.models import OrganisationDocument
from grants.web import wording
from grants.web.account.organisation_words import (
    APPROVALS_SHORT,
    DECLARATIONS,
    DOCUMENTS,
    SOCIALS,
    STANDINGS,
)
from grants.web.requests import current_actor, now


@dataclass(frozen=True)
class Todo:
    """One thing to complete, with where to do it; as the task list shows it."""

    label: str
    url: str
    status: str
    tone: str = "warning"
    hint: str = ""


@dataclass(frozen=True)
class Declared:
    """One declaration with where it stands."""

    kind: DeclarationKind
    title: str
    standing: Standing
    status: str
    tone: str
    last: Declaration | None


@dataclass(frozen=True)
class Identity:
    """What the organisation is, in words; `lang` is the language of the form's name."""

    form: str
    lang: str
    number_label: str
    number: str
    seat: str
    place: str | None
    seat_neighbourhood: str
    place_neighbourhood: str
    social: str
    approvals: Sequence[tuple[str, str]]


def identity_of(organisation: Organisation) -> Identity:
    """The lines of its cards."""
    form, lang = legal_form(organisation.legal_form, organisation.legal_label).title(
        wording.language()
    )
    label, number = number_of(organisation)
    place = standing.place_of_action(organisation)
    return Identity(
        form=form,
        lang=lang,
        number_label=label,
        number=number,
        seat=standing.seat(organisation).line(),
        place=place.line() if place else None,
        seat_neighbourhood=neighbourhood_words(organisation, Where.SEAT),
        place_neighbourhood=neighbourhood_words(organisation, Where.PLACE),
        social=str(SOCIALS[standing.social(organisation)]),
        approvals=approval_words(organisation, paris_date(now())),
    )


def number_of(organisation: Organisation) -> tuple[str, str]:
    """The number that identifies it, under its name."""
    if organisation.siret:
        return _("SIRET number"), spaced_siret(organisation.siret)
    if organisation.rna:
        return _("RNA number"), organisation.rna
    if organisation.local_register:
        return _("Register of associations"), organisation.local_register
    return _("Number"), _("Still being created")


def neighbourhood_words(organisation: Organisation, where: Where) -> str:
    """« Quartier prioritaire QN06302I, déclaré par la structure »: always how it is known."""
    known = standing.neighbourhood(organisation, where)
    if known.answer is None:
        return str(_("Priority neighbourhood: not known"))
    said = (
        _("In a priority neighbourhood %(code)s", code=known.code or "").strip()
        if known.answer
        else _("Outside the priority neighbourhoods")
    )
    return f"{said} ({_how_known(known)})"


def _how_known(known: Neighbourhood) -> str:
    if known.known is Known.CHECKED and known.at:
        return str(_("checked by the funder on %(day)s", day=wording.day(paris_date(known.at))))
    return str(_("declared by the organisation"))


def approval_words(organisation: Organisation, day: date) -> list[tuple[str, str]]:
    """Each approval with what its dates mean today."""
    lines = []
    for one in standing.approvals(organisation):
        name = APPROVALS_SHORT[one.kind]
        if not one.is_in_force(day):
            lines.append((_("%(name)s, ended", name=name), "warning"))
        elif one.valid_until:
            until = wording.day(one.valid_until)
            lines.append((_("%(name)s until %(day)s", name=name, day=until), "success"))
        else:
            lines.append((name, "success"))
    return lines


def declared_states(session: Session, organisation: Organisation) -> list[Declared]:
    """Each declaration that concerns the organisation, with where it stands. Two statements."""
    actor = current_actor()
    last = declarations.last_declarations(session, organisation.id, viewer=actor)
    changed = declarations.aids_changed_at(session, organisation.id, viewer=actor)
    return standings_of(organisation, last, changed)


def standings_of(
    organisation: Organisation,
    last: Mapping[DeclarationKind, Declaration],
    aids_changed_at: datetime | None,
) -> list[Declared]:
    """Each declaration that concerns the organisation, with where it stands."""
    found = []
    for kind in declarations.kinds_for(organisation):
        change = aids_changed_at if kind is DeclarationKind.PUBLIC_AID else None
        state = declarations.standing_of(kind, last.get(kind), now=now(), changed_at=change)
        words, tone = STANDINGS[state]
        title = str(DECLARATIONS[kind])
        found.append(Declared(kind, title, state, str(words), tone, last.get(kind)))
    return found


def is_ending(document: OrganisationDocument, day: date) -> bool:
    """Whether its validity is over, or will be within thirty days."""
    end = document.valid_until
    return end is not None and end <= day + kinds.WARNED_BEFORE


def todo_of(
    organisation: Organisation,
    documents: Sequence[OrganisationDocument],
    declared: Sequence[Declared],
    *,
    represents: bool,
) -> list[Todo]:
    """What is missing for calls to be answered without looking anything up.

    Who does not represent the organisation is told who completes what it says of itself.
    """
    return [
        *_missing_facts(organisation, represents=represents),
        *_missing_documents(organisation, documents),
        *_missing_declarations(organisation, declared),
    ]


def _missing_facts(organisation: Organisation, *, represents: bool) -> list[Todo]:
    one = organisation.id
    edit = url_for("account.organisations.edit", organisation_id=one)
    places = url_for("account.standing.places", organisation_id=one)
    staff = url_for("account.standing.edit", organisation_id=one)
    acts = standing.acting_neighbourhood(organisation)
    exists = not organisation.being_created
    checks = (
        (_("SIRET number, as soon as it exists"), not organisation.siret, edit),
        (_("Date of creation"), exists and organisation.registered_on is None, edit),
        (_("INSEE code of the commune"), organisation.commune_code is None, edit),
        (_("Priority neighbourhood of the place where you act"), acts.answer is None, places),
        (_("Number of employees"), organisation.employees is None, staff),
    )
    hint = "" if represents else _("A representative of your organisation completes it.")
    return [
        Todo(str(label), url if represents else "", _("To complete"), hint=hint)
        for label, lacks, url in checks
        if lacks
    ]


def _missing_documents(
    organisation: Organisation, documents: Sequence[OrganisationDocument]
) -> list[Todo]:
    url = url_for("account.documents.index", organisation_id=organisation.id)
    today = paris_date(now())
    good = {one.kind for one in documents if not one.is_over(today)}
    wanted = kinds.expected(standing.family(organisation), being_created=organisation.being_created)
    absent = [Todo(str(DOCUMENTS[one]), url, _("To deposit")) for one in wanted if one not in good]
    ending = [
        Todo(
            one.label or str(DOCUMENTS[one.kind]),
            url,
            _ends(one.valid_until, today),
            hint=_("Deposit the new version when you have it."),
        )
        for one in documents
        if one.valid_until and is_ending(one, today) and not one.is_over(today)
    ]
    return absent + ending


def _ends(end: date, today: date) -> str:
    days = (end - today).days
    return (
        str(ngettext("Ends in %(num)s day", "Ends in %(num)s days", days))
        if days
        else _("Ends today")
    )


def _missing_declarations(organisation: Organisation, declared: Sequence[Declared]) -> list[Todo]:
    url = url_for("account.declarations.index", organisation_id=organisation.id)
    return [
        Todo(one.title, url, one.status)
        for one in declared
        if one.standing is not Standing.MADE and not organisation.being_created
    ]


def roles_by_person(organisation: Organisation) -> list[tuple[Person, list[OrganisationRole]]]:
    """Each member once, with every role held, in the order of joining."""
    rows: dict[UUID, tuple[Person, list[OrganisationRole]]] = {}
    for one in organisation.members:
        rows.setdefault(one.person_id, (one.person, []))[1].append(one.role)
    return list(rows.values())
