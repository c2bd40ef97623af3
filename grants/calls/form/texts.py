"""Cleans words: texts, e-mail and web addresses, communes, postal addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from grants.calls.form.problem import Problem
from grants.calls.form.shapes import Field

SHORT_MAX = 250
LONG_MAX = 20_000
URL_MAX = 2_000

COMMUNE = re.compile(r"(?:(\d{5})\s+)?([^()\d]+?)\s*(?:\((\d[0-9AB]\d{3})\))?")
TOWN_LINE = re.compile(r"(\d{5})\s+(.+)")
ORDINARY_SPACES = re.compile("[\n\u00a0\u2009\u202f]+")
HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,}")


def readable(raw: object) -> str:
    """What was typed, without what no one can see nor PostgreSQL store (NUL, surrogates)."""
    if not isinstance(raw, str):
        return ""
    kept = raw.replace("\r\n", "\n").replace("\r", "\n")
    # Nearly every text is: then no letter needs a look of its own.
    if not all(part.isprintable() for part in ORDINARY_SPACES.split(kept)):
        kept = "".join(_visible(letter) for letter in kept)
    return unicodedata.normalize("NFC", kept).strip()


def _visible(letter: str) -> str:
    if letter == "\n":
        return letter
    category = unicodedata.category(letter)
    if category == "Cc":
        return " "
    return "" if category in {"Cs", "Cn", "Co"} else letter


def one_line(raw: object) -> str:
    """What was typed, on one line with single spaces."""
    return " ".join(readable(raw).split())


def word_count(text: str) -> int:
    """Words as a reader counts them: « l’eau » is one, a lone dash or colon is none."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))


def short_text(field: Field, raw: object) -> str | Problem | None:
    """One line, 250 characters unless the form says otherwise."""
    return _within(one_line(raw), field.limits.characters_max or SHORT_MAX)


def long_text(field: Field, raw: object) -> str | Problem | None:
    """Paragraphs, limited in words, in characters or both."""
    text = readable(raw)
    words_max = field.limits.words_max
    if words_max is not None and (words := word_count(text)) > words_max:
        return Problem(
            "form.too_many_words", {"words": words, "max": words_max, "excess": words - words_max}
        )
    return _within(text, field.limits.characters_max or LONG_MAX)


def _within(text: str, characters_max: int) -> str | Problem | None:
    if len(text) > characters_max:
        facts = {"length": len(text), "max": characters_max, "excess": len(text) - characters_max}
        return Problem("form.too_long", facts)
    return text or None


def email(_: Field, raw: object) -> str | Problem | None:
    """An address that looks deliverable; nobody is asked whether it is."""
    text = one_line(raw)
    if not text:
        return None
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return Problem("form.email")


def url(_: Field, raw: object) -> str | Problem | None:
    """A page on the web. « asso.fr » is understood as https://asso.fr."""
    text = one_line(raw)
    if not text:
        return None
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return Problem("form.url")
    strange = " " in text or "@" in parts.netloc or len(text) > URL_MAX
    if parts.scheme not in {"http", "https"} or strange or not HOST.fullmatch(host):
        return Problem("form.url")
    return text


def commune(_: Field, raw: object) -> dict[str, str] | Problem | None:
    """« Mulhouse », « 68100 Mulhouse » (postcode) or « Mulhouse (68224) » (INSEE code)."""
    if isinstance(raw, Mapping):
        postcode, name, code = (one_line(raw.get(key)) for key in ("postcode", "name", "code"))
        raw = f"{postcode} {name} ({code})" if code else f"{postcode} {name}"
    text = one_line(raw)
    if not text:
        return None
    found = COMMUNE.fullmatch(text)
    if found is None or len(text) > SHORT_MAX:
        return Problem("form.commune")
    return {
        "name": found.group(2),
        "code": found.group(3) or "",
        "postcode": found.group(1) or "",
    }


def address(_: Field, raw: object) -> dict[str, str] | Problem | None:
    """Street, postcode and town, from three inputs or from lines ending with the town's."""
    if isinstance(raw, str):
        raw = _lines(raw)
    if not isinstance(raw, Mapping):
        return None
    parts = {key: one_line(raw.get(key)) for key in ("street", "postcode", "city")}
    parts["postcode"] = parts["postcode"].replace(" ", "")
    if not any(parts.values()):
        return None
    for key, value in parts.items():
        if not value:
            return Problem(f"form.address_without_{key}")
    if not re.fullmatch(r"[0-9]{5}", parts["postcode"]):
        return Problem("form.postcode")
    if max(len(value) for value in parts.values()) > SHORT_MAX:
        return Problem("form.too_long", {"max": SHORT_MAX, "length": SHORT_MAX, "excess": 1})
    return parts


def _lines(raw: str) -> dict[str, str]:
    *street, last = readable(raw).split("\n")
    town = TOWN_LINE.fullmatch(last.strip())
    if town is None:
        return {"street": one_line(raw)}
    return {"street": " ".join(street), "postcode": town.group(1), "city": town.group(2)}
