"""A closed ranking as one file that anyone can compute again: what it holds, and the check.

Pure: no database, no page. The file is JSON with sorted keys and no spare blanks, so that the
same contents are the same bytes. It names applications by number, jurors by a label drawn when
the jury closed, and nobody else. Figures are thousandths of a point out of 100.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grants.calls.models import RankingRule
from grants.juries import ballots, scoring
from grants.juries.scoring import METHODS, Summary, WeighedMark

FORMAT = "laureat-ranking/1"
SEAL = "sha256"
FIGURES = ("mean", "median", "dispersion", "scores")
BASES = {method: rule for rule, method in METHODS.items()}
"""The figure of a summary that each method by scores ranks by."""
BALLOT_FIGURES = ("rank", "votes", "opinions", "is_paid")


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
    if found.get("method") not in {*BASES, *ballots.RULES}:
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
    yield from _ballots(contents)
    yield from _tracks(contents)
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
    basis = BASES.get(contents["method"])
    places = _places(
        {number: getattr(one, basis) if one else None for number, one in summaries.items()}
        if basis
        else {}
    )
    for number, line in lines.items():
        computed: dict[str, object] = {
            **_told(summaries[number]),
            "abstentions": abstentions[number],
            **({"rank": places[number]} if basis else {}),
        }
        for what, value in computed.items():
            if line[what] != value:
                yield Finding(number, what, line[what], value)


def _ballots(contents: Mapping[str, Any]) -> Iterator[Finding]:
    """Where ballots rank: each of them, then every place and figure that they make together."""
    rule = ballots.RULES.get(contents["method"])
    if rule is None:
        return
    costs = {line["application"]: line["requested"] for line in contents["results"]}
    gives = {name: contents["ballot"][name] or 0 for name in ("points", "budget")}
    spoken = []
    for cast in contents["ballots"]:
        yield from _sound(contents, cast, rule, costs, gives)
        counted = [one for one in cast["lines"] if not one["set_aside"] and not one["abstained"]]
        spoken.append({one["application"]: one["value"] for one in counted})
    places, outcome = ballots.counted(rule, costs, spoken, budget=gives["budget"])
    for line in contents["results"]:
        place = places[line["application"]]
        for what in BALLOT_FIGURES:
            if line[what] != getattr(place, what):
                yield Finding(line["application"], what, line[what], getattr(place, what))
    yield from _said(contents["outcome"], outcome.stored())


def _sound(
    contents: Mapping[str, Any],
    cast: Mapping[str, Any],
    rule: RankingRule,
    costs: Mapping[str, int],
    gives: Mapping[str, int],
) -> Iterator[Finding]:
    """One ballot: a juror's only one, each application once, within the rule."""
    juror, lines = cast["juror"], cast["lines"]
    times = sum(other["juror"] == juror for other in contents["ballots"])
    if times > 1 or juror not in contents["jurors"]:
        yield Finding(
            juror, "ballots", times, 1 if juror in contents["jurors"] else "no such juror"
        )
    withdrawn = set(contents["withdrawn"])
    for number, count in Counter(one["application"] for one in lines).items():
        if count > 1 or number not in {*costs, *withdrawn}:
            yield Finding(f"{number}, {juror}", "lines of the ballot", count, int(number in costs))
    # What was withdrawn since was on the ballot, and has no cost any more.
    known = [costs.get(one["application"], 0) for one in lines]
    chosen = {at: one["value"] for at, one in enumerate(lines) if one["value"] is not None}
    fault = ballots.fault(rule, known, chosen, **gives) if chosen else None
    if fault is not None:
        yield Finding(juror, f"ballot, {fault.flaw}", fault.seen, fault.allowed)


def _said(written: Mapping[str, Any], computed: Mapping[str, Any]) -> Iterator[Finding]:
    """What the ballots say besides the places; of a matrix the cells that differ."""
    for what, value in computed.items():
        if what != "preferences" and written[what] != value:
            yield Finding("ballots", what, written[what], value)
    names = computed["candidates"]
    for one, row, true in zip(names, written["preferences"], computed["preferences"], strict=False):
        for other, cell, right in zip(names, row, true, strict=False):
            if cell != right:
                yield Finding(one, f"ballots that put it above {other}", cell, right)
    shapes = [[len(row) for row in table["preferences"]] for table in (written, computed)]
    if shapes[0] != shapes[1]:
        yield Finding("ballots", "size of the matrix", *(sum(shape) for shape in shapes))


def _tracks(contents: Mapping[str, Any]) -> Iterator[Finding]:
    """Each place among those of one track, from the ranks as they are written."""
    ranks: dict[str | None, list[int]] = defaultdict(list)
    lines = [one for one in contents["results"] if "track" in one]
    for line in lines:
        if line["rank"] is not None:
            ranks[line["track"]].append(line["rank"])
    every = {track: sorted(found) for track, found in ranks.items()}
    for line in lines:
        rank, theirs = line["rank"], every.get(line["track"], [])
        place = None if rank is None else bisect_left(theirs, rank) + 1
        if line["place"] != place:
            where = f"place in the track {line['track']}"
            yield Finding(line["application"], where, line["place"], place)


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
