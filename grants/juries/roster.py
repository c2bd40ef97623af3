"""A list of people to invite, as somebody pasted it: read line by line, each fault named. Pure."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grants.applications.models import folded
from grants.juries.models import SeatRole
from grants.juries.profiles import COLLEGES, LOAD_MAX
from grants.kernel.errors import Refused
from grants.people.identifiers import clean_email

LINES_MAX, CHARACTERS_MAX = 500, 200_000
NAME_MAX = 120
DELIMITERS = (";", "\t", ",")
COLUMNS: Mapping[str, str] = {
    "nom": "name",
    "name": "name",
    "prenom et nom": "name",
    "nom et prenom": "name",
    "personne": "name",
    "courriel": "email",
    "e-mail": "email",
    "email": "email",
    "mail": "email",
    "mel": "email",
    "adresse": "email",
    "adresse electronique": "email",
    "college": "college",
    "role": "role",
    "fonction": "role",
    "charge": "load",
    "load": "load",
    "dossiers": "load",
    "nombre de dossiers": "load",
}
ORDER = ("name", "email", "college", "role", "load")
ROLES: Mapping[str, SeatRole] = {
    "": SeatRole.JUROR,
    "membre": SeatRole.JUROR,
    "member": SeatRole.JUROR,
    "jure": SeatRole.JUROR,
    "juree": SeatRole.JUROR,
    "juror": SeatRole.JUROR,
    "president": SeatRole.CHAIR,
    "presidente": SeatRole.CHAIR,
    "presidence": SeatRole.CHAIR,
    "chair": SeatRole.CHAIR,
}
COLLEGE_NAMES: Mapping[str, str] = {
    **{key: key for key in COLLEGES},
    "monde economique": "business",
    "entreprises": "business",
    "entreprise": "business",
    "economique": "business",
    "citoyens": "citizens",
    "citoyen": "citizens",
    "citoyenne": "citizens",
    "habitants": "citizens",
    "institution": "institutions",
    "institutionnel": "institutions",
    "institutionnels": "institutions",
    "expert": "experts",
    "experte": "experts",
}


@dataclass(frozen=True)
class Listed:
    """One person to invite."""

    name: str
    email: str
    role: SeatRole = SeatRole.JUROR
    college: str | None = None
    load_max: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of a list: its number, its text, what it says, or the codes of its faults."""

    number: int
    cells: Sequence[str]
    listed: Listed | None
    faults: tuple[str, ...] = ()


def read(text: str) -> list[Line]:
    """Every line that is not empty; the first may name the columns.

    Columns come in the order name, address, college, role, load unless it does. Faults are
    `name`, `name_long`, `email`, `college`, `role`, `load`, `twice` and `columns`.

    Raises:
        Refused: `roster.too_long`: over 500 lines, or 200,000 characters.
    """
    rows = _rows(text) if len(text) <= CHARACTERS_MAX else []
    order = _header(rows[0][1]) if rows else None
    people = rows[1 if order else 0 :]
    if len(text) > CHARACTERS_MAX or len(people) > LINES_MAX:
        raise Refused("roster.too_long", field="listed", most=LINES_MAX)
    lines: list[Line] = []
    seen: set[str] = set()
    for number, cells in people:
        line = _line(number, cells, order or ORDER)
        email = line.listed.email if line.listed else ""
        if email and email in seen:
            line = Line(number, cells, None, ("twice",))
        seen.add(email)
        lines.append(line)
    return lines


def _rows(text: str) -> list[tuple[int, list[str]]]:
    clean = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in clean.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(clean.split("\n"), delimiter=delimiter)
    rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    return [(number, cells) for number, cells in rows if any(cells)]


def _header(cells: Sequence[str]) -> tuple[str, ...] | None:
    named = tuple(COLUMNS.get(folded(cell), "") for cell in cells)
    return named if {"name", "email"} <= set(named) else None


def _line(number: int, cells: Sequence[str], order: Sequence[str]) -> Line:
    given = dict(zip(order, cells, strict=False))
    name, email = given.get("name", ""), clean_email(given.get("email", ""))
    college = COLLEGE_NAMES.get(folded(given.get("college", "")))
    role = ROLES.get(folded(given.get("role", "")))
    load = _load(given.get("load", ""))
    wrong = {
        "columns": any(cells[len(order) :]),
        "name": not name,
        "name_long": len(name) > NAME_MAX,
        "email": email is None,
        "college": bool(given.get("college")) and college is None,
        "role": role is None,
        "load": load == 0,
    }
    faults = tuple(code for code, is_wrong in wrong.items() if is_wrong)
    if faults or email is None or role is None:
        return Line(number, cells, None, faults)
    return Line(number, cells, Listed(name, email, role, college, load))


def _load(typed: str) -> int | None:
    """How many files; None when nothing is said, 0 when it is no number."""
    if not typed:
        return None
    small = typed.isdecimal() and len(typed) <= len(str(LOAD_MAX))
    return int(typed) if small and int(typed) <= LOAD_MAX else 0
