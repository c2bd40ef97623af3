"""Measure the site and the ledger on servers of our own, and say which goals are met.

Five minutes at most. Client, server and database share the machine: what counts are the ratios
to the floor, an application written by hand and measured in the same run.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import flows, load, seed, site, sql
from tests.bench.flows import Flow, Place
from tests.bench.load import Measured

ROWS = (50, 250)
FLOWS: dict[str, Flow] = {
    "call's page": flows.call_page,
    "list, 50 rows": flows.listing(lambda place: place.list_path, 50),
    "list, 250 rows": flows.listing(lambda place: f"{place.list_path}?size=250", 250),
    "list, 50 of 20,000": flows.listing(lambda place: place.large_list_path, 50),
    "submission": flows.submission,
    "open + save a review": flows.review,
}


@dataclass
class Figures:
    """Everything that one run saw."""

    ours: dict[tuple[str, int], Measured] = field(default_factory=dict)
    floor: dict[tuple[str, int], Measured] = field(default_factory=dict)
    sql: dict[str, int] = field(default_factory=dict)
    rest: tuple[float, float] = (0, 0)
    loaded: tuple[float, float] = (0, 0)
    cold: list[float] = field(default_factory=list)


def main() -> None:
    """Seed, measure, print."""
    asked = _asked()
    begun = time.perf_counter()
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="laureat-bench-", dir="/tmp") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with site.postgres(directory) as url:
            place = seed.seed(url)
            say(f"seeded in {time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")
            pages(figures, url, directory, place, asked)
            figures.sql = sql.counts(url, directory, place, FLOWS)
    tell(figures)
    say(f"{time.perf_counter() - begun:.0f} s, load {os.getloadavg()[0]:.1f}")


def pages(
    figures: Figures, url: str, directory: Path, place: Place, asked: argparse.Namespace
) -> None:
    """Every flow at one client and at sixteen, ours and the floor's turn about."""
    wanted = {name: flow for name, flow in FLOWS.items() if asked.only in name}
    with (
        site.laureat(url, directory, place.call_path) as ours,
        site.floor(url, directory, place.call_path) as floor,
    ):
        figures.rest = ours.memory()
        for name, flow in wanted.items():
            for clients in (1, 16):
                seconds = asked.seconds * (1 if clients == 1 else 1.5)
                figures.ours[name, clients] = load.run(
                    flow, place, ours.port, clients=clients, seconds=seconds
                )
                line = f"{name:22} c={clients:<3}{figures.ours[name, clients]}"
                if name.startswith(("call", "list")):
                    figures.floor[name, clients] = load.run(
                        flow, place, floor.port, clients=clients, seconds=seconds
                    )
                    line += f"   floor {figures.floor[name, clients].per_second:7.1f}/s"
                say(line)
        figures.loaded = ours.memory()
        assert not ours.troubles(), ours.troubles()


def tell(figures: Figures) -> None:
    say(str(figures.sql))
    say(f"rest {figures.rest} loaded {figures.loaded}")


def say(line: str) -> None:
    print(line, flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a series")
    parser.add_argument("--only", default="", help="only flows whose name holds this")
    return parser.parse_args()


if __name__ == "__main__":
    main()
