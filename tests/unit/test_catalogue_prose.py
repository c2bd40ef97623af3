"""The words of the schemes that ship: French as it is typeset, plain, and English beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
import yaml

from grants.calls.templates import templates

NARROW = "\u202f"
WORDS_MAX = 40
FORMATS = {"PDF", "ODT", "DOCX", "ODS", "XLSX", "JPEG", "PNG"}
"""Names of files that whoever deposits one knows; any other abbreviation is explained."""
SAME_IN_BOTH = 3
"""« Finance », « Coworking », « Courts-circuits 2018 »: short words may be the same."""


def written(value: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every mapping of a file, with its path."""
    if isinstance(value, Mapping):
        yield path, value
        for key, one in value.items():
            yield from written(one, f"{path}.{key}")
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from written(one, f"{path}[{at}]")


def french(key: str) -> list[tuple[str, str]]:
    """Every French text of a scheme as shipped, with where it stands."""
    return [
        (f"{path}.{name}", text)
        for path, row in written(source(key))
        for name, text in row.items()
        if name.endswith("_fr")
    ]


def source(key: str) -> Any:
    return yaml.safe_load((files("grants.calls") / "catalogue" / f"{key}.yaml").read_text("utf-8"))


def typesetting(text: str) -> list[str]:
    """What a French typesetter would send back."""
    found = []
    if re.search("['\"]", text):
        found.append("a straight apostrophe or quotation mark")
    if re.search(f"[^{NARROW}][;:!?»](?!//)", text) or re.search(f"«[^{NARROW}]", text):
        found.append("a sign without its narrow space")
    if re.search(rf"\s{NARROW}|{NARROW}\s|  |\u00a0", text):
        found.append("two spaces, or a wide one")
    if re.search(r"\d[ ]?[%€]|\d \d{3}\b", text):
        found.append("a number whose space may break")
    return found


def long_sentences(text: str) -> list[str]:
    """Sentences that a tired reader loses hold of."""
    sentences = re.split(r"(?<=[.!?…])\s+|\n+", text)
    return [one for one in sentences if len(re.findall(r"\w[\w’-]*", one)) > WORDS_MAX]


def unexplained(text: str) -> set[str]:
    """Abbreviations that no place of the text gives in full, with the short form in brackets."""
    short = set(re.findall(r"\b[A-ZÀ-Þ]{2,}\b", text))
    return {one for one in short - FORMATS if f"({one})" not in text}


@pytest.mark.parametrize("key", sorted(templates()))
def test_french_is_typeset(key):
    wrong = [
        f"{path}: {one} in {text!r}" for path, text in french(key) for one in typesetting(text)
    ]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("key", sorted(templates()))
def test_sentences_are_short_and_abbreviations_explained(key):
    texts = french(key)
    wrong = [f"{path}: {one}" for path, text in texts for one in long_sentences(text)]
    assert wrong == [], "\n".join(wrong)
    assert unexplained("\n".join(text for _path, text in texts)) == set()


@pytest.mark.parametrize("key", sorted(templates()))
def test_english_is_there_and_is_english(key):
    wrong = []
    for path, row in written(source(key)):
        for name, text in row.items():
            if not name.endswith("_fr"):
                continue
            other = row.get(f"{name.removesuffix('_fr')}_en", "")
            same = other == text and len(text.split()) > SAME_IN_BOTH
            if not other.strip() or same or re.search(r"[«»]|\b(est|les|une|sont)\b", other):
                wrong.append(f"{path}.{name}: {other!r}")
            if text.count("\n") != other.count("\n"):
                wrong.append(f"{path}.{name}: not as many paragraphs")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L'aide est versée", 1),
        ("Pourquoi ?", 1),
        ("« Bien »", 1),
        (f"Pour qui{NARROW}? Voir https://a.example", 0),
        ("4 000 €", 1),
        (f"4{NARROW}000{NARROW}€", 0),
        ("deux  espaces", 1),
    ],
)
def test_the_typesetter_sees(text, found):
    assert len(typesetting(text)) == found


def test_the_reader_tires():
    assert long_sentences("mot " * 40 + "fin. Court.") == ["mot " * 40 + "fin."]
    assert not long_sentences("mot " * 39 + "fin.")
    assert unexplained("La SCIC (société), le PDF et une coopérative (SCOP) : la SCOP.") == {"SCIC"}
