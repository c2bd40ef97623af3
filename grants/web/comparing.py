"""What pages about a jury's figures share: the funding line, the lines shown, the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.calls.models import Jury
from grants.juries import queries
from grants.juries.queries import FileLabel, Inputs
from grants.juries.statistics.figures import Figures, Line, OnCriterion
from grants.kernel.access import Actor
from grants.kernel.money import Unit
from grants.web import wording
from grants.web.paging import Page, asked_page

PER_PAGE = 50
CENTS = 100
AMOUNT = re.compile(r"[0-9]{1,9}([.,][0-9]{1,2})?")
PLACES = re.compile(r"[1-9][0-9]{0,4}")
BLANKS = re.compile(r"[\s\u202f\u00a0€]+")
RELIABLE, TENTATIVE = 0.8, 0.667
"""Krippendorff's own thresholds (Content Analysis, 4th edition, 2018, p. 356)."""

SORTS: Mapping[str, Callable[[Line, OnCriterion | Line], float | None]] = {
    "rank": lambda line, _seen: line.rank,
    "mean": lambda _line, seen: seen.mean,
    "median": lambda _line, seen: seen.median,
    "deviation": lambda _line, seen: seen.deviation,
    "count": lambda _line, seen: seen.count,
    "fitted": lambda line, _seen: line.fitted,
    "z": lambda line, _seen: line.z,
}


@dataclass(frozen=True)
class Shown:
    """One application as a line shows it: `seen` is of all, or of one criterion."""

    line: Line
    seen: Line | OnCriterion
    label: FileLabel


@dataclass(frozen=True)
class FundingLine:
    """How many applications the money reaches, and who said so: stage, places, amount or none."""

    places: int | None
    source: str
    typed: Mapping[str, str]
    amount: int | None = None


@dataclass(frozen=True)
class Sight:
    """A jury's figures for one viewer; `figures` None: they are a job's work, not done yet."""

    jury: Jury
    actor: Actor
    line: FundingLine
    inputs: Inputs
    figures: Figures | None


def look(session: Session, jury: Jury, actor: Actor) -> Sight:
    """The figures that the address asks for: at once, or as a job left them. Two statements."""
    line = funding_line(session, jury, actor)
    inputs = queries.inputs_of(session, jury, actor)
    if inputs.is_large:
        named = inputs.named(jury, line.places)
        found = queries.stored_figures(session, jury, named)
    else:
        found = queries.figures_of(session, jury, actor, places=line.places)
    return Sight(jury, actor, line, inputs, found)


def funding_line(session: Session, jury: Jury, actor: Actor) -> FundingLine:
    """The line that the address draws; without one, the cut of the jury's stage."""
    typed = {name: request.values.get(name, "").strip() for name in ("places", "amount")}
    if PLACES.fullmatch(typed["places"]):
        return FundingLine(int(typed["places"]), "places", typed)
    amount = cents(typed["amount"])
    if amount is not None and jury.call.unit is Unit.EUR:
        within = queries.places_within(session, jury, actor, amount)
        return FundingLine(within, "amount", typed, amount)
    return FundingLine(jury.stage.cut, "stage" if jury.stage.cut else "none", typed)


def cents(typed: str) -> int | None:
    """« 12 000,50 € » → 1200050; None for anything else."""
    plain = BLANKS.sub("", typed)
    if not AMOUNT.fullmatch(plain):
        return None
    euros, _, rest = plain.replace(",", ".").partition(".")
    return int(euros) * CENTS + int(rest.ljust(2, "0") or 0)


Labels: TypeAlias = dict[str, FileLabel]


def shown_page(session: Session, sight: Sight, found: Figures) -> tuple[Page, Labels]:
    """The lines that the address asks for: sorted, of one criterion or of all; and all names.

    One statement.
    """
    number = asked_page()
    criterion, sort = asked_criterion(found), request.args.get("sort", "")
    key, sign = SORTS.get(sort.lstrip("-"), SORTS["rank"]), -1 if sort.startswith("-") else 1
    pairs = [(one, one if criterion is None else one.criteria[criterion]) for one in found.lines]
    pairs.sort(key=lambda pair: (pair[0].rank is None, pair[0].rank or 0, pair[0].application))
    pairs.sort(key=lambda pair: _order(key(*pair), sign))
    cut = pairs[(number - 1) * PER_PAGE : number * PER_PAGE]
    wanted = ids_beside(found) | {one.application for one, _ in cut}
    named = queries.labels(session, sight.jury, wanted, sight.actor)
    rows = [Shown(one, seen, named[one.application]) for one, seen in cut]
    return Page(rows=rows, number=number, per_page=PER_PAGE, total=len(pairs)), named


def asked_criterion(found: Figures) -> int | None:
    """The place of the criterion that the address names, None for the whole score."""
    asked = request.args.get("criterion", "")
    return list(found.criteria).index(asked) if asked in found.criteria else None


def _order(value: float | None, sign: int) -> tuple[bool, float]:
    """What cannot be said comes last either way."""
    return value is None, sign * (value or 0)


def criterion_names(jury: Jury) -> dict[str, str]:
    """What each criterion is called, by its key."""
    return {one.key: wording.localized(one, "label") for one in jury.criteria}


def score(value: float | None) -> str:
    """62.5 → « 62,5 » ; −1.2 → « −1,2 » ; « — » for none. A half goes up, as in the ranking."""
    if value is None:
        return "—"
    whole, tenth = divmod((abs(round(value * 1000)) + 50) // 100, 10)
    sign = "−" if value < 0 and (whole or tenth) else ""
    return f"{sign}{whole}{'.' if wording.language() == 'en' else ','}{tenth}"


def signed(value: float | None, digits: int = 1) -> str:
    """−3.25 → « −3,3 » ; 3.25 → « +3,3 » ; « — » for none."""
    if value is None:
        return "—"
    text = f"{value:+.{digits}f}".replace("-", "−")
    return text if wording.language() == "en" else text.replace(".", ",")


def hundredths(value: float | None) -> str:
    """0.8234 → « 0,82 »."""
    return signed(value, 2).lstrip("+")


def accord_words(alpha: float | None) -> tuple[Any, str]:
    """What an alpha means, and the tone of it."""
    if alpha is None:
        return _l("Too few files were read by two jurors to say how far they agree."), "neutral"
    if alpha >= RELIABLE:
        return _l("The jurors agree: their scores may be compared with confidence."), "success"
    if alpha >= TENTATIVE:
        return _l("The jurors agree enough to conclude with care: discuss the close cases."), "info"
    if alpha > 0:
        return (
            _l("The jurors agree little: the order owes much to who read what. Discuss it."),
            "warning",
        )
    return (
        _l("The jurors agree no more than if they had drawn lots: the order says little."),
        "danger",
    )


def ids_beside(found: Figures) -> set[str]:
    """The applications that stand beside the table: apart, crossing the line, tied across it."""
    changes = [*found.without, *found.weighed]
    return {
        *(one.application for one in found.apart),
        *(each for one in changes for each in (*one.enter, *one.leave, *one.unscored)),
        *(each for one in found.tied for each in (one.better, one.worse)),
    }


def bars(rows: Sequence[Shown], found: Figures) -> list[dict[str, Any]]:
    """What the picture draws for each line: where its bar begins and ends, in hundredths."""
    last = max(1, sum(one.rank is not None for one in found.lines))
    drawn = []
    for row in rows:
        line = row.line
        if line.rank is None or line.low is None or line.high is None:
            drawn.append({"row": row, "kind": "none"})
            continue
        drawn.append(
            {
                "row": row,
                "kind": kind_of(line, found.places),
                "x": 100 * (line.low - 1) / last,
                "width": 100 * (line.high - line.low + 1) / last,
                "dot": 100 * (line.rank - 0.5) / last,
            }
        )
    return drawn


def kind_of(line: Line, places: int | None) -> str:
    """Which side of the funding line an application is on: in, out, either, or no line."""
    if places is None or line.low is None or line.high is None:
        return "plain"
    if line.high <= places:
        return "in"
    return "out" if line.low > places else "either"


def line_at(found: Figures) -> float | None:
    """Where the picture draws the funding line, in hundredths; None when there is none in it."""
    last = sum(one.rank is not None for one in found.lines)
    if found.places is None or not 0 < found.places < last:
        return None
    return 100 * found.places / last


def told(sight: Sight, found: Figures, page: Page, names: Labels) -> dict[str, Any]:
    """What the templates of the officers and of the chair both ask for."""
    few = [one for one in found.jurors if one.shrunk]
    return {
        "jury": sight.jury,
        "line": sight.line,
        "figures": found,
        "page": page,
        "bars": bars(page.rows, found),
        "line_at": line_at(found),
        "names": names,
        "criteria": criterion_names(sight.jury),
        "criterion": asked_criterion(found),
        "accord": found.accords[0],
        "accord_words": accord_words(found.accords[0].alpha),
        "few": few,
        "recused": bool(sight.actor.recused_from),
        "score": score,
        "signed": signed,
        "hundredths": hundredths,
        "is_median": found.by == "median",
    }
