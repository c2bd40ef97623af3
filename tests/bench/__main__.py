"""Measure the site and the ledger on servers of our own, and say which goals are met.

Ten minutes at most. Client, server and database share the machine: what counts are the ratios
to the floor, an application written by hand and measured turn about in the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from tests.bench import (
    assigning,
    commitments,
    exports,
    flows,
    juries,
    letters,
    load,
    meeting,
    million,
    mixed,
    ranking,
    scenarios,
    seed,
    site,
    sql,
)
from tests.bench.flows import Flow, Place
from tests.bench.goals import (
    Figures,
    assignments,
    goals,
    meetings,
    moneys,
    rankings,
    reckonings,
)
from tests.bench.load import Load, Measured

TURNS = 2
SEARCH = "q=ressourceries+montant%3A%3E5000"
COLD_STARTS = 3
SERIES = 3
"""Seconds of each series of commitments."""
FLOWS: dict[str, Flow] = {
    "call's page": flows.call_page,
    "list, 50 rows": flows.listing(lambda place: place.list_path, 50),
    "list, 250 rows": flows.listing(lambda place: f"{place.list_path}?size=250", 250),
    "list, 50 of 20,000": flows.listing(lambda place: place.large_list_path, 50),
    "search, 50 rows": flows.listing(lambda place: f"{place.list_path}?{SEARCH}", 50),
    "search of 20,000": flows.listing(lambda place: f"{place.large_list_path}?{SEARCH}", 50),
    "submission": flows.submission,
    "submission, all pages": flows.whole_submission,
    "autosave": flows.autosave,
    "form of 200 fields": flows.large_form,
    "reviewer's list": flows.reading_list,
    "open + save a review": flows.review,
}
MONEY = ("scenarios", "letters", "commitments", "mixed", "million")
"""What stands around a vote, in the order in which it is measured: the large ledger last."""
ALONE = ("ranking", "assigning", "meeting", "money", *MONEY)
PAGES = ("call", "list")
"""What the floor has too; beside any other flow it serves the call's page, as a yardstick."""

Seen = TypeVar("Seen")
Started = Callable[[], AbstractContextManager[site.Site]]


def main() -> None:
    """Seed, measure, print."""
    asked = _asked()
    begun = time.perf_counter()
    figures = Figures()
    if asked.juries:
        reckon(figures)
        for goal in reckonings(figures.juries):
            say(goal.line())
        return
    # Not below /root: an embedded PostgreSQL runs under an ordinary account.
    with tempfile.TemporaryDirectory(prefix="laureat-bench-", dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with site.postgres(directory) as url:
            if any(vars(asked)[one] for one in ALONE):
                alone(figures, url, directory, asked)
                say(f"\n{time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
                raise SystemExit(bool(figures.failed))
            place, figures.files = seed.seed(url, asked.files), asked.files
            say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
            pages(figures, url, directory, place, asked)
            figures.sql = sql.counts(url, directory, place, chosen(asked))
            say("statements: " + ", ".join(f"{key} {n}" for key, n in figures.sql.items()))
            if not asked.only:
                workbook = exports.job(url, directory, place)
                figures.exports.append(workbook)
                say(f"{workbook}, as a job")
                starts(figures, url, directory, place)
                rank(figures, url)
                assign(figures, url)
                meet(figures, url, directory)
                spend(figures, MONEY, url, directory)
                reckon(figures)
    if not asked.only:
        tell(figures)
    say(f"\n{time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
    raise SystemExit(bool(figures.failed))


def chosen(asked: argparse.Namespace) -> dict[str, Flow]:
    """The flows to measure."""
    return {name: flow for name, flow in FLOWS.items() if asked.only in name}


def pages(
    figures: Figures, url: str, directory: Path, place: Place, asked: argparse.Namespace
) -> None:
    """Every flow at one client and at sixteen, ours and the floor's turn about."""
    with (
        site.laureat(url, directory, place.call_path) as ours,
        site.floor(url, directory, place.call_path) as floor,
    ):
        figures.rest = ours.memory()
        for name, flow in chosen(asked).items():
            for clients in (1, 16):
                seconds = asked.seconds * (1 if clients == 1 else 1.5)
                mine = figures.ours.setdefault((name, clients), Measured())
                line = f"{name:22} c={clients:<2}"
                for _ in range(TURNS):
                    load.add(mine, ours, Load(flow, place, ours.port, seconds), clients=clients)
                    below = figures.floor.setdefault((name, clients), Measured())
                    same = flow if name.startswith(PAGES) else flows.call_page
                    work = Load(same, place, floor.port, seconds)
                    load.add(below, floor, work, clients=clients)
                say(line + str(mine) + beside(figures, name, clients))
        figures.loaded = ours.memory()
        for one in () if asked.only else exports.measure(ours, place):
            figures.exports.append(one)
            say(str(one))
        assert not ours.troubles(), ours.troubles()
    say(f"a worker at rest: {figures.rest[0]:.0f} MB RSS, {figures.rest[1]:.0f} MB PSS")
    say(f"      after load: {figures.loaded[0]:.0f} MB RSS, {figures.loaded[1]:.0f} MB PSS")


def beside(figures: Figures, name: str, clients: int) -> str:
    """The floor's figures and the ratios."""
    ours, below = figures.ours[name, clients], figures.floor[name, clients]
    return (
        f" | floor{below} | {figures.ratio(name, clients):.3f}x,"
        f" cpu {ours.processor / below.processor:.1f}x"
    )


def starts(figures: Figures, url: str, directory: Path, place: Place) -> None:
    """From the command to the first page, several times."""

    def seconds(started: Started) -> float:
        with started() as one:
            return one.seconds_to_first

    ours, floor = [], []
    for _ in range(COLD_STARTS):
        ours.append(seconds(lambda: site.laureat(url, directory, place.call_path)))
        floor.append(seconds(lambda: site.floor(url, directory, place.call_path)))
    figures.cold, figures.floor_cold = statistics.median(ours), statistics.median(floor)
    say(f"cold start: {figures.cold:.2f} s, floor {figures.floor_cold:.2f} s")


def ledger(figures: Figures, url: str) -> None:
    """Commitments a second, beside pgbench's simple update."""
    figures.ledger = commitments.measure(url, seconds=SERIES)
    for one in figures.ledger + commitments.pgbench(url, seconds=SERIES):
        late = f"  p95 {one.p95_ms:.1f} ms" if one.p95_ms is not None else ""
        say(f"commitments, {one.what:14} c={one.clients:<2}{one.per_second:9.0f}/s{late}")


def rank(figures: Figures, url: str) -> None:
    """The ranking of a large jury."""
    for one in ranking.measure(url):
        figures.rankings.append(one)
        say(f"{one}; load {os.getloadavg()[0]:.1f}")


def alone(figures: Figures, url: str, directory: Path, asked: argparse.Namespace) -> None:
    """One part of the juries' work, and its goals."""
    if asked.ranking:
        rank(figures, url)
    if asked.assigning:
        assign(figures, url)
    if asked.meeting:
        meet(figures, url, directory)
    parts = [one for one in MONEY if asked.money or vars(asked)[one]]
    spend(figures, parts, url, directory)
    if asked.money:
        say(f"\nWhat stands around a vote (load {os.getloadavg()[0]:.1f})")
    seen = (
        rankings(figures.rankings),
        assignments(figures.assignments),
        meetings(figures.meetings),
        moneys(figures),
    )
    for goal in (one for part in seen for one in part):
        say(goal.line())


def spend(figures: Figures, parts: Sequence[str], url: str, directory: Path) -> None:
    """What stands around a vote: one part after the other, whatever became of the one before."""
    measures: dict[str, Callable[[], None]] = {
        "scenarios": lambda: note(figures.scenarios, scenarios.measure(url)),
        "letters": lambda: note(figures.letters, letters.measure(url, directory)),
        "commitments": lambda: ledger(figures, url),
        "mixed": lambda: note(figures.mixes, mixed.measure(url)),
        "million": lambda: note(figures.ledgers, million.measure(url, directory)),
    }
    for one in parts:
        begun = time.perf_counter()
        try:
            measures[one]()
        except Exception as fault:  # noqa: BLE001 -- the others are worth knowing; it fails at the end
            figures.failed.append(one)
            say(f"{one} FAILED: {type(fault).__name__}: {fault}"[:500])
        say(f"  {one}: {time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")


def note(seen: list[Seen], one: Seen) -> None:
    """Keep what was seen, and say it."""
    seen.append(one)
    say(str(one))


def meet(figures: Figures, url: str, directory: Path) -> None:
    """A jury's meeting on sixty screens."""
    figures.meetings.append(meeting.measure(url, directory))
    say(f"{figures.meetings[-1]}; load {os.getloadavg()[0]:.1f}")


def assign(figures: Figures, url: str) -> None:
    """An assignment from the first row read to the last one written."""
    figures.assignments.append(assigning.measure(url))
    say(f"{figures.assignments[-1]}; load {os.getloadavg()[0]:.1f}")


def reckon(figures: Figures) -> None:
    """The arithmetic of juries."""
    for one in juries.measure():
        figures.juries.append(one)
        say(str(one))


def tell(figures: Figures) -> None:
    """Each goal, met or missed."""
    pace = figures.pace("call's page")
    say(f"\nGoals; beside the call's page this machine ran at {pace:.2f} of the reference's pace")
    for goal in goals(figures):
        say(goal.line())


def say(line: str) -> None:
    """Print it now."""
    print(line, flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one turn")
    parser.add_argument("--files", type=int, default=seed.FILES, help="of the call, 300 or more")
    parser.add_argument("--only", default="", help="only flows whose name holds this")
    parser.add_argument("--ranking", action="store_true", help="only the ranking of a large jury")
    parser.add_argument("--assigning", action="store_true", help="only a computed assignment")
    parser.add_argument("--meeting", action="store_true", help="only a meeting on sixty screens")
    parser.add_argument("--money", action="store_true", help="only what stands around a vote")
    parser.add_argument("--commitments", action="store_true", help="only commitments a second")
    parser.add_argument("--scenarios", action="store_true", help="only scenarios of 2,000 lines")
    parser.add_argument("--letters", action="store_true", help="only a thousand letters in PDF")
    parser.add_argument("--mixed", action="store_true", help="only 64 connections in the ledger")
    parser.add_argument("--million", action="store_true", help="only a ledger of a million entries")
    parser.add_argument("--juries", action="store_true", help="only the arithmetic of juries")
    return parser.parse_args()


if __name__ == "__main__":
    main()
