"""What the parts of a scheme must agree on, whoever wrote the file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from grants.calls.models import PREFIX_PATTERN, SLUG_PATTERN, CallKind
from grants.calls.reading import Reader
from grants.calls.steps import StageTemplate

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LEGAL_FORM = re.compile(r"\d{1,4}")
SLUG_MAX, PREFIX_MAX, TITLE_MAX, SUMMARY_MAX, TEXT_MAX = 80, 12, 200, 800, 20_000
SCALE_MAX = 100
YEARS = range(1900, 2200)
Found = Iterator[tuple[str, str]]
Scheme = Any
"""A `templates.CallTemplate`, which is read with the help of this module."""


def check_whole(read: Scheme, reader: Reader) -> None:
    """Note in `reader` whatever would not stand together in one call."""
    for check in (_slots, _keys, _texts, _dates, _stages, _documents):
        for key, why in check(read):
            reader.wrong(key, why)


def _slots(read: Scheme) -> Found:
    known = {one.key for one in read.funders}
    if read.lead not in known:
        yield "lead", f"{read.lead} is not one of the funders"
    for slot in read.envelopes:
        if slot.funder not in known:
            yield "envelopes", f"{slot.funder} is not one of the funders"
    if read.particulars.batches and read.kind is not CallKind.ROLLING:
        yield "batches", "only a rolling call gathers applications in sessions"


def _keys(read: Scheme) -> Found:
    lists: list[tuple[str, Iterable[str]]] = [
        ("funders", (one.key for one in read.funders)),
        ("envelopes", (one.key for one in read.envelopes)),
        ("tracks", (one.key for one in read.tracks)),
        ("documents", (one.key for one in read.documents)),
        ("stages", (one.key for one in read.stages)),
        ("batches", (one.cut_off_at.isoformat() for one in read.particulars.batches)),
    ]
    for at, stage in enumerate(read.stages):
        for nth, jury in enumerate(stage.juries):
            lists.append(
                (f"stages[{at}].juries[{nth}].criteria", [one.key for one in jury.criteria])
            )
    for path, keys in lists:
        seen = list(keys)
        for twice in sorted({key for key in seen if key and seen.count(key) > 1}):
            yield path, f"the key {twice} is used twice"
        for wrong in sorted({one for one in seen if one and not KEY.fullmatch(one)}):
            if path != "batches":
                yield path, f"the key {wrong[:60]} must be small letters, digits, - or _"
    juries = [jury.key for stage in read.stages for jury in stage.juries]
    if len(set(juries)) != len(juries):
        yield "stages", "two juries have the same key"


def _texts(read: Scheme) -> Found:
    prefix, slug = read.number_prefix, read.edition_of.slug
    if prefix and (not re.search(PREFIX_PATTERN, prefix) or len(prefix) > PREFIX_MAX):
        yield "number_prefix", f"must be capitals and digits, {PREFIX_MAX} at most"
    if slug and (not re.search(SLUG_PATTERN, slug) or len(slug) > SLUG_MAX):
        yield "call.slug", f"must be small letters, digits and hyphens, {SLUG_MAX} at most"
    for name, text in read.texts.items():
        most = {"title": TITLE_MAX, "summary": SUMMARY_MAX}.get(name.partition("_")[0], TEXT_MAX)
        if len(text) > most:
            yield name, f"is over {most} characters"


def _dates(read: Scheme) -> Found:
    edition = read.edition_of
    instants: list[tuple[str, datetime | None]] = [
        ("call.opens_at", edition.opens_at),
        ("call.closes_at", edition.closes_at),
        *((f"batches[{at}]", one.cut_off_at) for at, one in enumerate(read.particulars.batches)),
    ]
    for path, instant in instants:
        if instant is not None and instant.year not in YEARS:
            yield path, "is of another age"
    if edition.opens_at and edition.closes_at and edition.closes_at <= edition.opens_at:
        yield "call.closes_at", "is before the opening"


def _stages(read: Scheme) -> Found:
    tracks = {one.key for one in read.tracks}
    for at, stage in enumerate(read.stages):
        path = f"stages[{at}]"
        yield from _days(stage, path)
        for nth, jury in enumerate(stage.juries):
            for number, one in enumerate(jury.criteria):
                here = f"{path}.juries[{nth}].criteria[{number}]"
                if strange := set(one.tracks) - tracks:
                    yield f"{here}.tracks", f"{min(strange)} is not one of the tracks"
                if one.scale_max > SCALE_MAX:
                    yield f"{here}.scale_max", f"must be {SCALE_MAX} at most"


def _days(stage: StageTemplate, path: str) -> Found:
    if stage.ends_on is not None and stage.starts_on is None:
        yield f"{path}.starts_on", "is missing"
    elif stage.starts_on is not None and stage.ends_on is None:
        yield f"{path}.ends_on", "is missing"
    elif stage.starts_on and stage.ends_on and stage.ends_on < stage.starts_on:
        yield f"{path}.ends_on", "is before the first day"
    for name, day in (("starts_on", stage.starts_on), ("ends_on", stage.ends_on)):
        if day is not None and day.year not in YEARS:
            yield f"{path}.{name}", "is of another age"


def _documents(read: Scheme) -> Found:
    for at, one in enumerate(read.documents):
        for code in one.legal_forms:
            if not LEGAL_FORM.fullmatch(code):
                yield f"documents[{at}].legal_forms", f"{code[:60]} is no code of a legal form"
