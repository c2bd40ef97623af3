"""A closed ranking as one file that anyone can compute again: what it holds, and the check.

Pure: no database, no page. The file is JSON with sorted keys and no spare blanks, so that the
same contents are the same bytes. It names applications by number, jurors by a label drawn when
the jury closed, and nobody else. Figures are thousandths of a point out of 100.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grants.juries import scoring
from grants.juries.scoring import METHODS, Summary, WeighedMark

FORMAT = "laureat-ranking/1"
SEAL = "sha256"
FIGURES = ("mean", "median", "dispersion", "scores")
BASES = {method: rule for rule, method in METHODS.items()}
"""The figure of a summary that each method ranks by."""


@dataclass(frozen=True)
class Finding:
    """One figure that differs: where (an application's number first), as written, as computed."""

    where: str
    what: str
    written: object
    computed: object

    def __str__(self) -> str:
        return f"{self.where}: {self.what} is written {self.written}, computed {self.computed}"


class Unreadable(ValueError):
    """The file is no bundle that this version can compute; the message says why."""


def written(contents: Mapping[str, Any]) -> bytes:
    """A bundle as bytes, its contents sealed inside; the caller hashes the whole."""
    sealed = {key: value for key, value in contents.items() if key != SEAL}
    return _canonical({**sealed, SEAL: sealed_by(sealed)})


def sealed_by(contents: Mapping[str, Any]) -> str:
    """SHA-256 of everything but the seal itself."""
    bare = {key: value for key, value in contents.items() if key != SEAL}
    return hashlib.sha256(_canonical(bare)).hexdigest()


def read(data: bytes) -> dict[str, Any]:
    """A bundle's contents.

    Raises:
        Unreadable: it is not JSON, or of another format or method than this version knows.
    """
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from error
    kind = found.get("format") if isinstance(found, dict) else None
    if kind != FORMAT:
        raise Unreadable(f"format {kind!r}, this version reads {FORMAT!r}")
    if found.get("method") not in BASES:
        raise Unreadable(f"method {found.get('method')!r} is not known to this version")
    return dict(found)


def findings(contents: Mapping[str, Any]) -> list[Finding]:
    """Everything that differs when totals, figures, ranks and seal are computed again.

    Raises:
        Unreadable: a part lacks, or is not what it should be.
    """
    try:
        return [*_found(contents)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreadable(f"a part lacks or is damaged: {error!r}") from error


def _found(contents: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _totals(contents)
    yield from _figures(contents)
    yield from _members(contents)
    seal = sealed_by(contents)
    if contents[SEAL] != seal:
        yield Finding("bundle", "SHA-256 of the contents", contents[SEAL], seal)


def _totals(contents: Mapping[str, Any]) -> Iterator[Finding]:
    """Each juror's total, from marks and weights."""
    criteria = {one["key"]: one for one in contents["criteria"]}
    for review in contents["reviews"]:
        where = f"{review['application']}, {review['juror']}"
        for key, value in review["marks"].items():
            top = criteria[key]["scale_max"] if key in criteria else None
            if top is None or (value is not None and not 0 <= value <= top):
                yield Finding(where, f"mark on {key}", value, f"0 to {top}" if top else "no such")
        marks = [
            WeighedMark(value, criteria[key]["scale_max"], criteria[key]["weight"])
            for key, value in review["marks"].items()
            if key in criteria
        ]
        total = scoring.total(marks) if review["state"] == "final" else None
        if review["total"] != total:
            yield Finding(where, "total", review["total"], total)


def _figures(contents: Mapping[str, Any]) -> Iterator[Finding]:
    """Each application's figures and rank, from the totals as they are written."""
    totals: dict[str, list[int]] = defaultdict(list)
    abstentions: Counter[str] = Counter()
    for review in contents["reviews"]:
        if review["set_aside"]:
            continue
        if review["state"] == "final":
            totals[review["application"]].append(review["total"])
        else:
            abstentions[review["application"]] += 1
    lines = {line["application"]: line for line in contents["results"]}
    summaries = {number: scoring.summary(totals[number]) for number in lines}
    basis = BASES[contents["method"]]
    places = _places(
        {number: getattr(one, basis) if one else None for number, one in summaries.items()}
    )
    for number, line in lines.items():
        computed = {
            **_told(summaries[number]),
            "abstentions": abstentions[number],
            "rank": places[number],
        }
        for what, value in computed.items():
            if line[what] != value:
                yield Finding(number, what, line[what], value)


def _members(contents: Mapping[str, Any]) -> Iterator[Finding]:
    """Every line once, every review of an application and a juror of the bundle."""
    numbers = Counter(line["application"] for line in contents["results"])
    for number, count in numbers.items():
        if count > 1:
            yield Finding(number, "lines in the results", count, 1)
    out = set(contents["withdrawn"])
    pairs = Counter((one["application"], one["juror"]) for one in contents["reviews"])
    for (number, juror), count in pairs.items():
        if count > 1:
            yield Finding(f"{number}, {juror}", "reviews", count, 1)
        if number not in numbers and number not in out:
            yield Finding(f"{number}, {juror}", "review of an application", number, "no such")
        if juror not in contents["jurors"]:
            yield Finding(f"{number}, {juror}", "juror", juror, "no such")


def _places(means: Mapping[str, int | None]) -> dict[str, int | None]:
    """As `scoring.ranks`, sorted once: ten thousand applications in no time."""
    known = sorted((mean for mean in means.values() if mean is not None), reverse=True)
    first: dict[int, int] = {}
    for place, mean in enumerate(known, start=1):
        first.setdefault(mean, place)
    return {key: None if mean is None else first[mean] for key, mean in means.items()}


def _told(summary: Summary | None) -> dict[str, int | None]:
    if summary is None:
        return {**dict.fromkeys(FIGURES), "scores": 0}
    return {name: getattr(summary, name) for name in FIGURES}


def _canonical(contents: Mapping[str, Any]) -> bytes:
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return (text + "\n").encode()
