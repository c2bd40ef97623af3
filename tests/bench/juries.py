"""The arithmetic of juries, each part in a process of its own: seconds, processor time, memory.

No server, no database: `python -m tests.bench --juries` measures this alone in half a minute.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from config import ROOT
from grants.juries.matching import problem, solving
from grants.juries.statistics import reckoning, schulze
from grants.juries.statistics.sheet import Criterion, Reading, Sheet

TURNS = 3
WEIGHTS = (40, 30, 20, 10)
JURORS = 300


@dataclass(frozen=True)
class Reckoned:
    """One part's best turn of three: seconds, processor seconds in them, greatest memory in MB."""

    what: str
    seconds: float
    processor: float
    memory: float

    @property
    def pace(self) -> float:
        """The share of a processor that the other work on the machine left to it."""
        return min(1.0, self.processor / self.seconds)

    def __str__(self) -> str:
        return (
            f"{self.what:44}{self.seconds:7.2f} s, processor {self.processor:.2f} s,"
            f" {self.memory:.0f} MB"
        )


def sheet(applications: int) -> Sheet:
    """Five scores an application by 300 jurors, severe and lenient; one mark in 30 abstained."""
    chance = random.Random(7)
    severe = [chance.gauss(0, 1) for _ in range(JURORS)]
    readings = []
    for application in range(applications):
        quality = chance.gauss(6, 1.5)
        for juror in chance.sample(range(JURORS), 5):
            marks = (round(quality + severe[juror] + chance.gauss(0, 1)) for _ in WEIGHTS)
            given = tuple(
                None if chance.random() < 1 / 30 else max(0, min(10, mark)) for mark in marks
            )
            readings.append(Reading(application, juror, given))
    return Sheet(
        tuple(map(str, range(applications))),
        tuple(map(str, range(JURORS))),
        tuple(Criterion(f"c{weight}", weight, 10) for weight in WEIGHTS),
        tuple(readings),
    )


def pairing(*, colleges: bool) -> problem.Pairing:
    """10,000 applications, three readers of 300, one pair in twenty recused, 111 files at most."""
    chance = random.Random(7)
    skills, tracks = [f"s{at}" for at in range(25)], [f"t{at}" for at in range(6)]
    places, count = [f"p{at}" for at in range(12)], 10_000
    needs = tuple(
        problem.Need(
            3, frozenset(chance.sample(skills, 3)), chance.choice(tracks), chance.choice(places)
        )
        for _ in range(count)
    )
    jurors = tuple(
        problem.Juror(
            111,
            skills=frozenset(chance.sample(skills, 6)),
            tracks=frozenset(chance.sample(tracks, 2)),
            territories=frozenset(chance.sample(places, 2)),
            college=("inhabitants", "experts", "staff")[at % 3],
        )
        for at in range(JURORS)
    )

    def pair() -> problem.Pair:
        return chance.randrange(count), chance.randrange(JURORS)

    return problem.Pairing(
        needs,
        jurors,
        colleges=("inhabitants", "experts") if colleges else (),
        forbidden=frozenset(pair() for _ in range(count * JURORS // 20)),
        preferences={pair(): chance.randint(-100, 100) for _ in range(5 * count)},
    )


def statistics(applications: int) -> Callable[[], None]:
    """Everything that a page of a jury's figures may show, for so many applications."""
    given, places = sheet(applications), applications // 4
    return lambda: reckoning.figures(given, places=places) and None


def rankings() -> Callable[[], None]:
    """Schulze's method over 200 applications that 30 jurors ranked."""
    chance = random.Random(7)
    ballots = [
        schulze.Ballot(tuple((one,) for one in chance.sample(range(200), 200))) for _ in range(30)
    ]
    return lambda: schulze.schulze(200, ballots) and None


def assignment(*, colleges: bool, again: bool = False) -> Callable[[], None]:
    """One plan; or the plan made again when a juror is recused from twenty files."""
    given = pairing(colleges=colleges)
    if again:
        plan = solved(given)
        gone = {pair for pair in plan.pairs if pair[1] == 7}
        gone = set(sorted(gone)[:20])
        given = problem.Pairing(
            given.needs,
            given.jurors,
            forbidden=given.forbidden | gone,
            kept=frozenset(plan.pairs) - gone,
            preferences=given.preferences,
        )
    return lambda: solved(given) and None


def solved(given: problem.Pairing) -> problem.Plan:
    """The plan, which there must be, moving nothing that may stay."""
    plan = solving.solve(given)
    assert isinstance(plan, problem.Plan), plan
    assert not plan.moved
    return plan


PARTS: dict[str, Callable[[], Callable[[], None]]] = {
    "statistics, 2,000 × 5": lambda: statistics(2_000),
    "statistics, 10,000 × 5": lambda: statistics(10_000),
    "Schulze, 200 applications, 30 rankings": rankings,
    "assignment, 10,000 × 3 of 300": lambda: assignment(colleges=False),
    "assignment with two colleges": lambda: assignment(colleges=True),
    "assignment again after 20 recusals": lambda: assignment(colleges=False, again=True),
}


def measure() -> Iterator[Reckoned]:
    """Each part, in a fresh process."""
    for what in PARTS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.juries", what],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        yield Reckoned(**json.loads(done.stdout))


def reckon(what: str) -> Reckoned:
    """One part in this process: the best of three turns."""
    work = PARTS[what]()
    turns = []
    for _ in range(TURNS):
        begun, spent = time.perf_counter(), time.process_time()
        work()
        turns.append((time.perf_counter() - begun, time.process_time() - spent))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Reckoned(what, *min(turns), memory)


if __name__ == "__main__":
    print(json.dumps(asdict(reckon(sys.argv[1]))))
