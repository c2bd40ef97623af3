"""Severe and lenient jurors told apart from good and poor applications, by least squares."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, diags
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from grants.juries.statistics import arrays
from grants.juries.statistics.arrays import Floats, Ints, Scores
from grants.juries.statistics.severity import ranked
from grants.juries.statistics.sheet import Sheet

FEW = 3
"""Below so many files, a juror's severity is more luck than habit, and is drawn towards 0."""


@dataclass(frozen=True)
class Effects:
    """score = application + juror + chance, in points out of 100.

    `applications`: what each would have from a jury of average severity. `jurors`: by how much
    each marks above the others; over its scores, their mean is 0 in each component.

    Components are sets of files and jurors tied together by readings, the largest first (0).
    Between two of them no severity can be compared: `ranks` count within the component, and
    `comparable` says whether there is only one. `shrunk`: jurors drawn towards 0.
    `deviation` is the chance that is left, None when nothing is left to estimate it from.
    """

    applications: tuple[float | None, ...]
    jurors: tuple[float | None, ...]
    ranks: tuple[int | None, ...]
    application_components: tuple[int | None, ...]
    juror_components: tuple[int | None, ...]
    components: int
    shrunk: tuple[int, ...]
    deviation: float | None

    @property
    def comparable(self) -> bool:
        """Whether every application can be compared with every other."""
        return self.components <= 1


@dataclass(frozen=True)
class _Design:
    """Scores whose applications and jurors are those that have some, and their components."""

    applications: Ints
    jurors: Ints
    rows: Ints
    columns: Ints
    row_components: Ints
    column_components: Ints
    components: int


def additive_effects(sheet: Sheet, *, few: int = FEW, ridge: float = 1.0) -> Effects:
    """Fit application and juror effects to the incomplete design, each component for itself.

    Least squares, plus `ridge` times the square of the effect of each juror with fewer than
    `few` scores. With `few=0` it is the plain additive fit, as R's `lm(score ~ file + juror)`.
    """
    scores = arrays.scores(sheet)
    design = _design(scores)
    penalties = np.where(arrays.counts(design.columns, len(design.jurors)) < few, ridge, 0.0)
    jurors = _juror_effects(design, scores.points, penalties)
    corrected = scores.points - jurors[design.columns]
    applications = arrays.means(design.rows, corrected, len(design.applications))
    full = _spread(applications, design.applications, scores.applications)
    among = _spread(design.row_components.astype(np.float64), design.applications, len(full))
    return Effects(
        applications=arrays.optional(full),
        jurors=arrays.optional(_spread(jurors, design.jurors, scores.jurors)),
        ranks=_ranks_within(full, among, design.components),
        application_components=_components(
            design.row_components, design.applications, scores.applications
        ),
        juror_components=_components(design.column_components, design.jurors, scores.jurors),
        components=design.components,
        shrunk=tuple(design.jurors[penalties > 0].tolist()),
        deviation=_deviation(design, corrected - applications[design.rows]),
    )


def _design(scores: Scores) -> _Design:
    applications, rows = np.unique(scores.application, return_inverse=True)
    jurors, columns = np.unique(scores.juror, return_inverse=True)
    size = len(applications) + len(jurors)
    ones = np.ones(len(rows), dtype=np.int8)
    graph = coo_matrix((ones, (rows, columns + len(applications))), shape=(size, size))
    found, labels = connected_components(graph, directed=False) if size else (0, np.zeros(0, int))
    # Numbered by how many applications they hold, then by which comes first.
    sizes = np.bincount(labels[: len(applications)], minlength=found)
    order = np.argsort(-sizes, kind="stable")
    number = np.empty(found, dtype=np.int64)
    number[order] = np.arange(found)
    labels = number[labels]
    return _Design(
        applications=applications,
        jurors=jurors,
        rows=rows.astype(np.int64),
        columns=columns.astype(np.int64),
        row_components=labels[: len(applications)],
        column_components=labels[len(applications) :],
        components=int(found),
    )


def _juror_effects(design: _Design, points: Floats, penalties: Floats) -> Floats:
    """Normal equations with the applications eliminated; one constraint for each component.

    The constraint (mean effect 0 over a component's scores) is what "average severity" means;
    it goes in as a bordered row, so that the shrunk are drawn to that average and not to each
    other's.
    """
    width = len(design.jurors)
    if not width:
        return np.zeros(0)
    incidence = csr_matrix(
        (np.ones(len(points)), (design.rows, design.columns)),
        shape=(len(design.applications), width),
    )
    per_row = arrays.counts(design.rows, len(design.applications)).astype(np.float64)
    per_column = arrays.counts(design.columns, width).astype(np.float64)
    schur = diags(per_column + penalties) - incidence.T @ diags(1 / per_row) @ incidence
    border = csr_matrix(
        (per_column, (np.arange(width), design.column_components)),
        shape=(width, design.components),
    )
    system = bmat([[schur, border], [border.T, None]], format="csc")
    row_means = arrays.means(design.rows, points, len(design.applications))
    right = np.zeros(width + design.components)
    right[:width] = arrays.sums(design.columns, points - row_means[design.rows], width)
    factors = splu(system)
    solution = factors.solve(right)
    # One step of refinement: the last digits that elimination lost.
    solution += factors.solve(right - system @ solution)
    return np.asarray(solution[:width], dtype=np.float64)


def _deviation(design: _Design, residuals: Floats) -> float | None:
    known = len(design.applications) + len(design.jurors) - design.components
    free = len(residuals) - known
    return float(np.sqrt((residuals**2).sum() / free)) if free > 0 else None


def _ranks_within(values: Floats, among: Floats, components: int) -> tuple[int | None, ...]:
    if components <= 1:
        return ranked(values)
    found: list[int | None] = [None] * len(values)
    order = np.argsort(among, kind="stable")
    edges = np.searchsorted(among[order], np.arange(components + 1))
    for low, high in pairwise(edges.tolist()):
        places = order[low:high]
        for place, rank in zip(places.tolist(), ranked(values[places]), strict=True):
            found[place] = rank
    return tuple(found)


def _spread(values: Floats, places: Ints, count: int) -> Floats:
    full = np.full(count, np.nan)
    full[places] = values
    return full


def _components(labels: Ints, places: Ints, count: int) -> tuple[int | None, ...]:
    full: list[int | None] = [None] * count
    for place, label in zip(places.tolist(), labels.tolist(), strict=True):
        full[place] = label
    return tuple(full)
