"""The schemes that ship with the software, ready to become calls: one YAML file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from grants.calls.award import AwardRule
from grants.calls.consistency import check_whole
from grants.calls.form import FieldType, FormDocument
from grants.calls.models import CallKind
from grants.calls.particulars import Particulars
from grants.calls.reading import Malformed, Reader
from grants.calls.steps import Labelled, StageTemplate, stage_of
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit

EDITION = "{edition}"
DOCUMENTS = "documents"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""As safe, and ten times as fast, where PyYAML was built with its library."""


@dataclass(frozen=True)
class EnvelopeSlot(Labelled):
    """A place for an envelope of one of the call's funders."""

    funder: str


@dataclass(frozen=True)
class DocumentTemplate(Labelled):
    """A document to prepare."""

    help_fr: str
    help_en: str
    required: bool
    files_max: int
    legal_forms: tuple[str, ...]
    vault_kind: str

    def field(self) -> dict[str, Any]:
        """The question of the form that receives it."""
        return {
            **({"vault_kind": self.vault_kind} if self.vault_kind else {}),
            "key": self.key,
            "type": FieldType.FILE.value,
            "label_fr": self.label_fr,
            "label_en": self.label_en,
            "help_fr": self.help_fr,
            "help_en": self.help_en,
            "required": self.required,
            "legal_forms": list(self.legal_forms),
            "limits": {"files_max": self.files_max},
        }


@dataclass(frozen=True)
class Edition:
    """One call made from the scheme, in a file that was exported: empty in a template."""

    slug: str
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True)
class CallTemplate:
    """A whole scheme. Funders and envelopes are slots, filled when a call is made from it."""

    key: str
    kind: CallKind
    number_prefix: str
    unit: Unit
    allows_persons: bool
    lead: str
    funders: tuple[Labelled, ...]
    envelopes: tuple[EnvelopeSlot, ...]
    texts: Mapping[str, str]
    award_rule: AwardRule
    tracks: tuple[Labelled, ...]
    documents: tuple[DocumentTemplate, ...]
    form: Mapping[str, Any]
    stages: tuple[StageTemplate, ...]
    particulars: Particulars
    edition_of: Edition

    @property
    def title_fr(self) -> str:
        """The title without its edition, to choose among templates."""
        return titled(self.texts["title_fr"], "")

    @property
    def title_en(self) -> str:
        """The English title without its edition."""
        return titled(self.texts["title_en"], "")

    @property
    def summary_fr(self) -> str:
        """What the scheme is, in two sentences."""
        return self.texts["summary_fr"]

    @property
    def summary_en(self) -> str:
        """The same in English."""
        return self.texts["summary_en"]


def titled(pattern: str, edition: str) -> str:
    """The title of one edition (« 2018 », « 4e édition », or nothing)."""
    return pattern.replace(EDITION, edition).strip()


@cache
def templates() -> Mapping[str, CallTemplate]:
    """Every template of the package by key, read once."""
    folder = files(__package__) / "catalogue"
    texts = sorted(
        (one.name, one.read_text("utf-8")) for one in folder.iterdir() if one.name.endswith(".yaml")
    )
    read = [read_template(text, name=name) for name, text in texts]
    return {one.key: one for one in read}


def template(key: str) -> CallTemplate:
    """The template under this key.

    Raises:
        Unknown: there is none.
    """
    found = templates().get(key)
    if found is None:
        raise Unknown
    return found


def read_template(text: str, *, name: str = "") -> CallTemplate:
    """A template from its YAML, the documents' section added to its form.

    Raises:
        Malformed: with every mistake, each with its path in the file.
    """
    try:
        value = yaml.load(text, Loader=LOADER)  # noqa: S506 -- safe in both its forms
    except yaml.YAMLError as error:
        raise Malformed([f"{name}: not YAML ({error})"]) from error
    return template_of(value, name=name.removesuffix(".yaml"))


def template_of(value: object, *, name: str) -> CallTemplate:
    """A template from what its file says. Raises as `read_template`."""
    reader = Reader(value, path=name)
    read = _call(reader)
    reader.done()
    check_whole(read, reader)
    reader.check()
    return read


TEXTS = tuple(
    f"{text}_{language}"
    for text in ("title", "summary", "body", "eligibility")
    for language in ("fr", "en")
)


def _call(reader: Reader) -> CallTemplate:
    is_draft = _is_edition(reader)
    documents = tuple(_document(one) for one in reader.rows("documents"))
    return CallTemplate(
        key=reader.text("key"),
        kind=reader.one_of("kind", CallKind),
        number_prefix=reader.text("number_prefix"),
        unit=reader.one_of("unit", Unit),
        allows_persons=reader.flag("allows_persons"),
        lead=reader.text("lead"),
        funders=tuple(_labelled(one) for one in reader.rows("funders", least=1)),
        envelopes=tuple(_envelope(one) for one in reader.rows("envelopes")),
        texts={name: _said(reader, name, is_draft=is_draft) for name in TEXTS},
        award_rule=AwardRule.read(reader.part("award_rule")),
        tracks=tuple(_labelled(one) for one in reader.rows("tracks")),
        documents=documents,
        form=_form(reader, documents),
        stages=tuple(
            stage_of(one, is_draft=is_draft)
            for one in reader.rows("stages", least=0 if is_draft else 1)
        ),
        particulars=Particulars.read(reader),
        edition_of=_edition(reader.part("call")),
    )


def _is_edition(reader: Reader) -> bool:
    """Whether the file is one call's, which may be a draft: no text is due before its lint."""
    written = reader.raw("call")
    return isinstance(written, Mapping) and "opens_at" in written


def _said(reader: Reader, name: str, *, is_draft: bool) -> str:
    """A text of the call: written in French, and in English if the authority likes.

    A draft has a title, and the rest once it is written.
    """
    may_lack = name.endswith("_en") or (is_draft and name != "title_fr")
    return reader.text(name, "" if may_lack else None)


def _edition(reader: Reader) -> Edition:
    edition = Edition(
        slug=reader.text("slug", ""),
        opens_at=reader.optional_instant("opens_at"),
        closes_at=reader.optional_instant("closes_at"),
    )
    reader.done()
    return edition


def _form(reader: Reader, documents: tuple[DocumentTemplate, ...]) -> Mapping[str, Any]:
    written = reader.raw("form")
    sections = written.get("sections") if isinstance(written, Mapping) else None
    rest = written if isinstance(written, Mapping) else {}
    form = {**rest, "sections": [*(sections if isinstance(sections, list) else ())]}
    asked = _field_keys(form["sections"])
    if missing := [one for one in documents if one.key not in asked]:
        form["sections"].append(
            {
                "key": DOCUMENTS,
                "title_fr": "Pièces à joindre",
                "title_en": "Documents to attach",
                "intro_fr": "PDF, ODT, DOCX, ODS, XLSX, JPEG ou PNG, 20 Mo par fichier.",
                "intro_en": "PDF, ODT, DOCX, ODS, XLSX, JPEG or PNG, 20 MB each.",
                "fields": [one.field() for one in missing],
            }
        )
    try:
        FormDocument.parse(form)
    except Malformed as malformed:
        for error in malformed.errors:
            reader.wrong("form", error)
    return form


def _field_keys(sections: list[Any]) -> set[str]:
    """The keys that the written sections use, whatever else is wrong with them."""
    return {
        str(field.get("key"))
        for section in sections
        if isinstance(section, Mapping) and isinstance(section.get("fields"), list)
        for field in section["fields"]
        if isinstance(field, Mapping)
    }


def _labelled(reader: Reader) -> Labelled:
    one = Labelled(reader.text("key"), reader.text("label_fr"), reader.text("label_en", ""))
    reader.done()
    return one


def _envelope(reader: Reader) -> EnvelopeSlot:
    slot = EnvelopeSlot(
        reader.text("key"),
        reader.text("label_fr"),
        reader.text("label_en", ""),
        reader.text("funder"),
    )
    reader.done()
    return slot


def _document(reader: Reader) -> DocumentTemplate:
    document = DocumentTemplate(
        key=reader.text("key"),
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en", ""),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        required=reader.flag("required", default=True),
        files_max=reader.integer("files_max", 1, least=1),
        legal_forms=reader.texts("legal_forms"),
        vault_kind=reader.text("vault_kind", ""),
    )
    reader.done()
    return document
