"""All that is worked out of one sheet, as plain values: to be shown, written, and kept as JSON.

Without any library of numbers: whoever only shows figures does not load one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class OnCriterion:
    """What jurors say of one application on one criterion, in points out of 100."""

    count: int
    mean: float | None
    median: float | None
    deviation: float | None
    histogram: Sequence[int]


@dataclass(frozen=True)
class Line:
    """One application. Points are out of 100; what is None cannot be said.

    `rank`: the official one, by `figure`, the official mean or median in thousandths of a point.
    `fitted` and `fitted_rank`: what a jury of average severity would have said, and the place
    among the applications of the same `component`. `z`, `rescaled`, `z_rank`: the mean of the
    scores each on its juror's own scale. `low` and `high`: between which places the rank is;
    `funded`: in which share of the draws it is above the line; `group`: its number among those
    that cannot be told apart.
    """

    application: str
    rank: int | None
    figure: int | None
    count: int
    mean: float | None
    median: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    histogram: Sequence[int]
    criteria: Sequence[OnCriterion]
    fitted: float | None
    fitted_rank: int | None
    component: int | None
    z: float | None
    rescaled: float | None
    z_rank: int | None
    low: int | None
    high: int | None
    funded: float | None
    group: int | None


@dataclass(frozen=True)
class JurorLine:
    """How one juror marks: `severity` in points above the others (negative: severe).

    `shrunk`: too few files to tell habit from luck. `flat`: the same score everywhere.
    """

    juror: str
    count: int
    mean: float | None
    deviation: float | None
    severity: float | None
    component: int | None
    shrunk: bool
    flat: bool


@dataclass(frozen=True)
class Apart:
    """A score far from what others say of the file. `application` and `juror` identify it."""

    application: str
    juror: str
    points: float
    residual: float
    deviations: float


@dataclass(frozen=True)
class Change:
    """Who would enter and leave the funded ones: without a juror, or with another weight.

    `what`: the juror, or the criterion's key; `percent` is 0 for a juror. Applications in all
    three lists; `unscored`: nobody else scored them.
    """

    what: str
    percent: int
    enter: Sequence[str]
    leave: Sequence[str]
    unscored: Sequence[str] = ()


@dataclass(frozen=True)
class Tied:
    """Two applications on either side of the line that the scores cannot tell apart.

    `share`: in so many draws the better ranked is ahead, equality counting as half.
    """

    better: str
    worse: str
    share: float


@dataclass(frozen=True)
class Accord:
    """Krippendorff's alpha over the totals (`criterion` empty) or over one criterion."""

    criterion: str
    alpha: float | None
    low: float | None
    high: float | None
    units: int
    values: int


@dataclass(frozen=True)
class Figures:
    """Everything, applications and jurors in the order of the sheet.

    `places`: how many applications the money reaches, None where nobody said. `components`:
    sets of files and jurors that nothing ties to each other. `spread`: what chance is left in
    one score, in points.
    """

    lines: Sequence[Line]
    jurors: Sequence[JurorLine]
    criteria: Sequence[str]
    accords: Sequence[Accord]
    apart: Sequence[Apart]
    without: Sequence[Change]
    weighed: Sequence[Change]
    tied: Sequence[Tied]
    groups: int
    components: int
    spread: float | None
    by: str
    places: int | None
    draws: int
    level: float
    seed: int

    def stored(self) -> dict[str, Any]:
        """The same as JSON."""
        return asdict(self)

    @property
    def comparable(self) -> bool:
        """Whether every application can be compared with every other."""
        return self.components <= 1


def read(stored: Mapping[str, Any]) -> Figures:
    """Figures out of what `stored` wrote."""
    lines = [
        Line(**{**one, "criteria": [OnCriterion(**each) for each in one["criteria"]]})
        for one in stored["lines"]
    ]
    return Figures(
        **{
            **stored,
            "lines": lines,
            "jurors": [JurorLine(**one) for one in stored["jurors"]],
            "accords": [Accord(**one) for one in stored["accords"]],
            "apart": [Apart(**one) for one in stored["apart"]],
            "without": [Change(**one) for one in stored["without"]],
            "weighed": [Change(**one) for one in stored["weighed"]],
            "tied": [Tied(**one) for one in stored["tied"]],
        }
    )
