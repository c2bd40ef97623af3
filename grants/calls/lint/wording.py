"""How the texts of a call read: sentences too long, abbreviations nobody explains, bare images."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grants.calls.form import FormDocument
from grants.calls.lint.findings import Finding, Part, stops, warns
from grants.calls.models import Call

WORDS_MAX = 40
"""Beyond, a sentence is read twice."""
SENTENCE = re.compile(r"[.!?…:;]+(?:\s|$)|\n+")
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,7}\b")
IMAGE = re.compile(r"!\[\s*\]\([^)]*\)|<img\b(?![^>]*\balt\s*=\s*[\"'][^\"']+[\"'])[^>]*>", re.I)
COMMON = frozenset(
    {
        *("PDF", "ODT", "DOCX", "ODS", "XLSX", "JPEG", "JPG", "PNG", "CSV", "ZIP", "URL"),
        *("SIRET", "SIREN", "RNA", "IBAN", "BIC", "RIB", "TVA", "TTC", "HT", "SMS", "CV", "PME"),
        *("CDI", "CDD", "SA", "SARL", "SAS", "INSEE", "DVD", "OK", "MO", "KO", "GO", "FAQ"),
        *("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII"),
    }
)
"""What French applicants read every day, file formats and Roman numerals."""


@dataclass(frozen=True)
class Said:
    """A French text of the call, and where it stands."""

    part: Part
    text: str
    target: str = ""


def wording(call: Call, form: FormDocument) -> Iterator[Finding]:
    """Everything that reads badly, in the order of the page."""
    said = list(texts(call, form))
    for one in said:
        if IMAGE.search(one.text):
            yield stops("image_without_text", one.part, target=one.target)
    for one in said:
        for sentence, words in long_sentences(one.text):
            yield warns(
                "sentence_too_long",
                one.part,
                target=one.target,
                sentence=beginning(sentence),
                words=words,
                max=WORDS_MAX,
            )
    whole = "\n".join(one.text for one in said)
    seen: set[str] = set()
    for one in said:
        for short in unexplained(one.text, whole):
            if short not in seen:
                seen.add(short)
                yield warns(
                    "abbreviation_unexplained", one.part, target=one.target, abbreviation=short
                )


def texts(call: Call, form: FormDocument) -> Iterator[Said]:
    """Every French text that applicants read."""
    for name in ("title_fr", "summary_fr", "body_fr", "eligibility_fr"):
        yield Said(Part.TEXTS, getattr(call, name) or "")
    yield Said(Part.AWARD, str(call.award_rule.get("explain_fr") or ""))
    for section in form.sections:
        yield Said(Part.FORM, f"{section.title_fr}\n{section.intro_fr}")
        for field in section.fields:
            yield Said(Part.FORM, f"{field.label_fr}\n{field.help_fr}", field.key)
    for stage in call.stages:
        yield Said(Part.REVIEW, f"{stage.title_fr}\n{stage.help_fr}")
        for jury in stage.juries:
            for one in jury.criteria:
                yield Said(Part.REVIEW, f"{one.label_fr}\n{one.help_fr}")


def long_sentences(text: str) -> Iterator[tuple[str, int]]:
    """The sentences of more than `WORDS_MAX` words, with how many."""
    for sentence in SENTENCE.split(text):
        words = len(sentence.split())
        if words > WORDS_MAX:
            yield sentence.strip(), words


def unexplained(text: str, whole: str) -> list[str]:
    """The abbreviations of `text` that `whole` nowhere puts in brackets, or opens brackets after.

    « quartier prioritaire (QPV) » explains, and so does « QPV (quartier prioritaire) ».
    """
    found = dict.fromkeys(ABBREVIATION.findall(text))
    return [one for one in found if one not in COMMON and not _is_explained(one, whole)]


def _is_explained(short: str, whole: str) -> bool:
    escaped = re.escape(short)
    return re.search(rf"\({escaped}\)|\b{escaped}\s?\(", whole) is not None


def beginning(sentence: str) -> str:
    """Its first words, to be recognised."""
    words = sentence.split()
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")  # noqa: PLR2004 -- as above


def untranslated(call: Call) -> Iterable[str]:
    """The texts without English, when others of the call have some."""
    names = ("title", "summary", "body", "eligibility")
    written = [name for name in names if (getattr(call, f"{name}_en") or "").strip()]
    return [name for name in names if written and name not in written]
