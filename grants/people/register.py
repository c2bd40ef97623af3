"""The public register of companies (API Recherche d'entreprises), asked about a number or a name.

A proposal for a form, never a proof: whoever fills it in accepts field by field. Names of
directors, which the register tells too, are neither read nor kept.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import httpx

from grants.people import identifiers

ANSWER_MAX = 2 * 1024 * 1024
SIREN_DIGITS = 9
RESULTS_MAX = 10
TOO_MANY = 429
SMALL_WORDS = re.compile(
    r"à|aux?|d|de|des|du|en|et|l|la|les?|lès|rue|avenue|boulevard|place|impasse|all[ée]e|chemin|"
    r"route|quai|cours|square|passage|sur|sous|bis|ter|quater|zone"
)
STREET_TYPES = {"AV": "avenue", "BD": "boulevard", "RTE": "route", "CHE": "chemin", "PL": "place"}


class Unavailable(Exception):
    """The register did not answer in time, or not as it should. `code` says how, in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the register says of one establishment, in our own words.

    `employees` is INSEE's bracket code ("11" is 10 to 19), never a count.
    """

    siret: str
    name: str
    legal_form: str
    rna: str | None
    street: str
    postcode: str
    city: str
    commune_code: str | None
    registered_on: str | None
    employees: str | None
    is_social: bool
    is_closed: bool

    @classmethod
    def stored(cls, kept: Mapping[str, Any]) -> Entry:
        """What the cache keeps, back again."""
        return cls(**kept)

    def as_stored(self) -> dict[str, Any]:
        """As the cache keeps it."""
        return asdict(self)

    @property
    def founded_on(self) -> date | None:
        """The day the legal person was created."""
        return date.fromisoformat(self.registered_on) if self.registered_on else None


class Register:
    """A client of the register at `url`, which gives up after `seconds`."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self._url = url
        self._seconds = seconds

    def ask(self, number: str) -> Entry | None:
        """What it says of a SIRET, or of the head office of a SIREN; None when it knows none.

        Raises:
            Unavailable: "late", "busy" (it asks to wait), "unreachable" or "unreadable".
        """
        answer = self._answer({"q": number, "per_page": "1"})
        try:
            results = answer["results"]
            return _entry(results[0], number) if results else None
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise Unavailable("unreadable") from error

    def search(self, name: str, *, postcode: str | None = None) -> list[Entry]:
        """The head offices of those whose name reads like this, ten at most, best first.

        `postcode` keeps those with an establishment there. A result that cannot be read is left
        out: the others may be the right one.

        Raises:
            Unavailable: "late", "busy" (it asks to wait), "unreachable" or "unreadable".
        """
        asked = {"q": name, "per_page": str(RESULTS_MAX)}
        answer = self._answer(asked | ({"code_postal": postcode} if postcode else {}))
        try:
            found = [_head_office(one) for one in answer["results"][:RESULTS_MAX]]
        except (KeyError, TypeError, AttributeError) as error:
            raise Unavailable("unreadable") from error
        return [one for one in found if one is not None]

    def _answer(self, asked: Mapping[str, str]) -> Any:
        limits = httpx.Timeout(self._seconds)
        headers = {"Accept": "application/json", "User-Agent": "Laureat (appels a projets)"}
        started = time.monotonic()
        try:
            with httpx.stream(
                "GET",
                f"{self._url}/search",
                params={**asked, "page": "1"},
                headers=headers,
                timeout=limits,
            ) as response:
                if response.status_code == TOO_MANY:
                    raise Unavailable("busy")
                if response.status_code != httpx.codes.OK:
                    raise Unavailable("unreachable")
                body = self._body(response, started)
        except httpx.TimeoutException as error:
            raise Unavailable("late") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable("unreachable") from error
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unavailable("unreadable") from error

    def _body(self, response: httpx.Response, started: float) -> bytes:
        """The whole answer, unless it comes drop by drop or never ends."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > ANSWER_MAX:
                raise Unavailable("unreadable")
            if time.monotonic() - started > self._seconds:
                raise Unavailable("late")
        return bytes(body)


def _head_office(result: Any) -> Entry | None:
    """One result of a search by name, unless it has no number or no name one could choose by."""
    try:
        entry = _entry(result, str(result["siren"]))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    return entry if entry.siret and entry.name else None


def _entry(result: Mapping[str, Any], number: str) -> Entry:
    """One result of `/search`, reduced to what a form asks for.

    The register answers a SIRET with its establishment in `matching_etablissements`, whose
    address is one line; only the head office (`siege`) has it in parts.
    """
    head: Mapping[str, Any] = result["siege"]
    wanted = number if len(number) != SIREN_DIGITS else head["siret"]
    found = [one for one in result.get("matching_etablissements") or [] if one["siret"] == wanted]
    place = head if head["siret"] == wanted else found[0]
    more: Mapping[str, Any] = result.get("complements") or {}
    closed = place.get("etat_administratif") == "F" or result.get("etat_administratif") == "C"
    return Entry(
        siret=str(identifiers.clean_siret(place["siret"]) or ""),
        name=_text(result.get("nom_raison_sociale")) or _text(result.get("nom_complet")),
        legal_form=_matching(r"\d{4}", result.get("nature_juridique")) or "",
        rna=identifiers.clean_rna(_text(more.get("identifiant_association"))),
        street=_street(place),
        postcode=_matching(r"\d{5}", place.get("code_postal")) or "",
        city=readable(_text(place.get("libelle_commune"))),
        commune_code=identifiers.clean_commune(_text(place.get("commune"))),
        registered_on=_day(result.get("date_creation")),
        employees=_matching(r"[0-9N]{2}", result.get("tranche_effectif_salarie")),
        is_social=more.get("est_ess") is True,
        is_closed=closed,
    )


def _street(place: Mapping[str, Any]) -> str:
    parts = ("numero_voie", "indice_repetition", "type_voie", "libelle_voie")
    line = " ".join(_text(place.get(part)) for part in parts if _text(place.get(part)))
    if not line:
        town = rf"\s*\b{re.escape(_text(place.get('code_postal')))}\b.*$"
        line = re.sub(town, "", _text(place.get("adresse"))) if place.get("code_postal") else ""
    return readable(line)


def readable(line: str) -> str:
    """« 12 RUE DES LILAS » as people write it: « 12 rue des Lilas »."""
    if not line.isupper():
        return line
    pieces = re.split(r"([\s\-'’]+)", line)
    spelt = [STREET_TYPES.get(one, one).lower() for one in pieces]
    worded = [one if SMALL_WORDS.fullmatch(one) else one.capitalize() for one in spelt]
    first = next((at for at, one in enumerate(worded) if one.strip()), 0)
    if not line[0].isdigit():
        worded[first] = worded[first].capitalize()
    return "".join(worded)


def _text(value: object) -> str:
    clean = "".join(one for one in value if one.isprintable()) if isinstance(value, str) else ""
    return " ".join(clean.split())[:200]


def _matching(pattern: str, value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) else None


def _day(value: object) -> str | None:
    return date.fromisoformat(value).isoformat() if isinstance(value, str) and value else None
