"""One sheet in, all its figures out. Loads the libraries of numbers: ask for it when needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grants.juries.statistics import (
    agreement,
    certainty,
    describing,
    effects,
    outliers,
    severity,
    stability,
)
from grants.juries.statistics.certainty import RankInterval
from grants.juries.statistics.describing import By, Description
from grants.juries.statistics.effects import Effects
from grants.juries.statistics.figures import (
    Accord,
    Apart,
    Change,
    Figures,
    JurorLine,
    Line,
    OnCriterion,
    Tied,
)
from grants.juries.statistics.severity import ZScores
from grants.juries.statistics.sheet import Sheet

SEED = 20_161_014
"""The same for everyone, so that anyone finds the same intervals."""
REACH = 10
"""Applications on either side of the line that are compared with each other."""


def figures(
    sheet: Sheet, *, places: int | None = None, by: By = By.MEAN, draws: int = certainty.DRAWS
) -> Figures:
    """Everything that pages show of a sheet; `places`: how many applications the money reaches."""
    fitted = effects.additive_effects(sheet)
    scales = severity.z_scores(sheet)
    sure = certainty.rank_certainty(sheet, seed=SEED, places=places, draws=draws, by=by)
    line = _Line(sheet, places, by)
    return Figures(
        lines=_lines(sheet, by, fitted, scales, sure.lines),
        jurors=_jurors(sheet, fitted, scales),
        criteria=[one.key for one in sheet.criteria],
        accords=list(_accords(sheet)),
        apart=_apart(sheet),
        without=line.without(),
        weighed=line.weighed(),
        tied=line.tied(draws),
        groups=len(sure.groups),
        components=fitted.components,
        spread=fitted.deviation,
        by=by.value,
        places=places,
        draws=sure.draws,
        level=sure.level,
        seed=SEED,
    )


class _Line:
    """What is worked out beside the funding line; nothing where there is none."""

    def __init__(self, sheet: Sheet, places: int | None, by: By) -> None:
        self._sheet, self._places, self._by = sheet, places, by

    def without(self) -> list[Change]:
        """Who would cross it without each juror; only those without whom somebody would."""
        if self._places is None:
            return []
        found = stability.without_each_juror(self._sheet, places=self._places, by=self._by)
        jurors = self._sheet.jurors
        return [
            Change(
                jurors[one.juror],
                0,
                self._named(one.enter),
                self._named(one.leave),
                self._named(one.unscored),
            )
            for one in found
            if one.enter or one.leave or one.unscored
        ]

    def weighed(self) -> list[Change]:
        """Who would cross it with each weight a tenth smaller or greater; only where any would."""
        if self._places is None:
            return []
        found = stability.with_each_weight(self._sheet, places=self._places, by=self._by)
        criteria = self._sheet.criteria
        return [
            Change(
                criteria[one.criterion].key,
                one.percent,
                self._named(one.enter),
                self._named(one.leave),
            )
            for one in found
            if one.enter or one.leave
        ]

    def tied(self, draws: int) -> list[Tied]:
        """The pairs across it that cannot be told apart."""
        if self._places is None:
            return []
        found = certainty.pairs_across(
            self._sheet, seed=SEED, places=self._places, reach=REACH, draws=draws, by=self._by
        )
        names = self._sheet.applications
        return [
            Tied(names[one.better], names[one.worse], one.share)
            for one in found
            if not one.separable
        ]

    def _named(self, places: Iterable[int]) -> list[str]:
        return [self._sheet.applications[one] for one in places]


def _lines(
    sheet: Sheet,
    by: By,
    fitted: Effects,
    scales: ZScores,
    sure: Sequence[RankInterval | None],
) -> list[Line]:
    described = describing.descriptions(sheet)
    each = describing.descriptions_by_criterion(sheet)
    found = []
    for at, standing in enumerate(describing.standings(sheet, by)):
        one, interval = described[at], sure[at]
        found.append(
            Line(
                application=sheet.applications[at],
                rank=standing.rank,
                figure=standing.figure,
                count=one.count,
                mean=one.mean,
                median=one.median,
                deviation=one.deviation,
                lowest=one.lowest,
                highest=one.highest,
                histogram=list(one.histogram),
                criteria=[_on_criterion(column[at]) for column in each],
                fitted=fitted.applications[at],
                fitted_rank=fitted.ranks[at],
                component=fitted.application_components[at],
                z=scales.applications[at],
                rescaled=scales.rescaled[at],
                z_rank=scales.ranks[at],
                low=interval.low if interval else None,
                high=interval.high if interval else None,
                funded=interval.funded if interval else None,
                group=interval.group if interval else None,
            )
        )
    return found


def _on_criterion(one: Description) -> OnCriterion:
    return OnCriterion(one.count, one.mean, one.median, one.deviation, list(one.histogram))


def _jurors(sheet: Sheet, fitted: Effects, scales: ZScores) -> list[JurorLine]:
    shrunk = frozenset(fitted.shrunk)
    return [
        JurorLine(
            juror=name,
            count=scales.jurors[at].count,
            mean=scales.jurors[at].mean,
            deviation=scales.jurors[at].deviation,
            severity=fitted.jurors[at],
            component=fitted.juror_components[at],
            shrunk=at in shrunk,
            flat=scales.jurors[at].flat,
        )
        for at, name in enumerate(sheet.jurors)
    ]


def _accords(sheet: Sheet) -> Iterable[Accord]:
    """Over the totals with its interval, then over each criterion without."""
    whole = agreement.agreement(sheet, seed=SEED)
    yield Accord("", whole.alpha, whole.low, whole.high, whole.units, whole.values)
    for at, criterion in enumerate(sheet.criteria):
        one = agreement.agreement(sheet, criterion=at, draws=0)
        yield Accord(criterion.key, one.alpha, one.low, one.high, one.units, one.values)


def _apart(sheet: Sheet) -> list[Apart]:
    return [
        Apart(
            sheet.applications[one.application],
            sheet.jurors[one.juror],
            one.points,
            one.residual,
            one.deviations,
        )
        for one in outliers.outliers(sheet)
    ]
