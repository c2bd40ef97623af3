"""The officers' list: what its address asks, its columns, its rows, its bulk acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape

from grants.applications.models import ApplicationState
from grants.appraisal.queries.search import NO_BATCH, InBatch, Line, Sought
from grants.appraisal.search import Mistake, read
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.paging import asked_page
from grants.web.sentences import sentence
from grants.web.states import officer_words

SIZES = (50, 250)
NOWHERE = UUID(int=0)
NEVER_LISTED = {ApplicationState.DRAFT, ApplicationState.LAPSED}
STATES = tuple(one for one in ApplicationState if one not in NEVER_LISTED)
KEPT = ("q", "state", "track", "batch", "sort", "size", "col", "page")
VIEWED = ("q", "state", "track", "batch", "sort", "size", "col")
"""What a saved view keeps: everything but the page."""
QUERY_MAX = 400
OUTSIDE = "none"
PARTED = "\0"

COLUMNS: Mapping[str, tuple[object, str, str]] = {
    "title": (_l("Project"), "title", ""),
    "call": (_l("Call"), "", ""),
    "applicant": (_l("Applicant"), "applicant", ""),
    "town": (_l("Municipality"), "", ""),
    "qpv": (_l("Priority neighbourhood"), "", ""),
    "track": (_l("Track"), "", ""),
    "batch": (_l("Session"), "", ""),
    "requested": (_l("Requested"), "requested", "text-end"),
    "state": (_l("State"), "state", ""),
    "submitted": (_l("Submitted on"), "submitted", ""),
    "referent": (_l("Referent"), "referent", ""),
    "labels": (_l("Labels"), "", ""),
    "score": (_l("Mean score"), "score", "text-end"),
}
"""Each column: its heading, what sorts by it, how it is aligned. The number always stands first."""
USUAL = ("title", "applicant", "requested", "state", "submitted", "score")
USUAL_EVERYWHERE = ("title", "call", "applicant", "requested", "state", "submitted", "referent")

TONES = Mapping[ApplicationState, Markup]


def sought(call_id: UUID | None) -> Sought:
    """What the address asks of the list; nonsense is as if nothing was asked."""
    state, size = request.args.get("state", ""), request.args.get("size", type=int)
    return Sought(
        wanted=read(request.args.get("q", "")[:QUERY_MAX]),
        call_id=call_id,
        state=ApplicationState(state) if state in {one.value for one in STATES} else None,
        track_key=request.args.get("track", "")[:40],
        batch_id=batch_asked(request.args.get("batch", "")),
        sort=request.args.get("sort", ""),
        number=asked_page(),
        per_page=size if size in SIZES else SIZES[0],
    )


def batch_asked(text: str) -> UUID | None:
    """The gathering that an address names, `NO_BATCH` for the files of none; None without one."""
    if text == OUTSIDE:
        return NO_BATCH
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def batch_choices(found: Sequence[InBatch]) -> list[tuple[str, str]]:
    """The gatherings of a rolling call to choose from: what each is called, how many files."""
    told = [
        (
            str(one.id),
            _(
                "%(session)s, until %(day)s (%(num)s)",
                session=(wording.language() == "en" and one.label_en) or one.label_fr,
                day=wording.short_day(one.cut_off_at - timedelta(microseconds=1)),
                num=one.files,
            ),
        )
        for one in found
    ]
    return [*told, (OUTSIDE, str(_("In no session")))] if told else []


def columns(call_id: UUID | None) -> list[str]:
    """The columns that the address chose, or the usual ones."""
    asked = request.args.getlist("col")
    chosen = [one for one in COLUMNS if one in asked]
    return chosen or list(USUAL if call_id else USUAL_EVERYWHERE)


def headings(chosen: Sequence[str]) -> list[tuple[str, str, str]]:
    """(words, what sorts by it, alignment) of each column."""
    return [(str(words), sort, align) for words, sort, align in (COLUMNS[one] for one in chosen)]


def rows(
    lines: Sequence[Line], chosen: Sequence[str], means: Mapping[UUID, int], tag: Callable[..., Any]
) -> list[tuple[UUID, str, Markup]]:
    """The lines as the template prints them: a page of 250 must stay light.

    `tag` draws a state; each state is drawn once.
    """
    tags: dict[ApplicationState, Markup] = {}

    def state(line: Line) -> Markup:
        if line.state not in tags:
            words = officer_words(line.state)
            tags[line.state] = Markup(tag(words, words.tone))  # noqa: S704 -- drawn by our macro
        if line.state is ApplicationState.INCOMPLETE and line.complement_due_on:
            until = f"{_('until')} {wording.short_day(line.complement_due_on)}"
            return tags[line.state] + " " + escape(until)
        return tags[line.state]

    def score(line: Line) -> str:
        mean = means.get(line.id)
        return "" if mean is None else points(mean)

    english = wording.language() == "en"
    cells: Mapping[str, Callable[[Line], Any]] = {
        "title": lambda line: line.title or "—",
        "call": lambda line: (line.call_en if english else "") or line.call_fr,
        "applicant": lambda line: line.applicant,
        "town": lambda line: line.town or "",
        "qpv": lambda line: "" if line.qpv is None else (_("Yes") if line.qpv else _("No")),
        "track": lambda line: (line.track_en if english else line.track_fr) or line.track_key or "",
        "batch": lambda line: (english and line.batch_en) or line.batch_fr or "",
        "requested": lambda line: wording.amount(line.requested, line.unit),
        "state": state,
        "submitted": lambda line: wording.short_day(line.submitted_at),
        "referent": lambda line: line.referent or "",
        "labels": lambda line: ", ".join(line.labels),
        "score": score,
    }
    written = [cells[one] for one in chosen]
    return [
        (line.id, line.number, row)
        for line, row in zip(
            lines, _drawn([[one(line) for one in written] for line in lines], chosen), strict=True
        )
    ]


def _drawn(table: Sequence[Sequence[str]], chosen: Sequence[str]) -> list[Markup]:
    """Each row's cells as HTML, under their column's name where tables stack (phones).

    All texts of a page are escaped in one call: one for each costs a tenth of the page.
    NUL parts them, which PostgreSQL keeps in no text.
    """
    texts = [cell for row in table for cell in row if not isinstance(cell, Markup)]
    safe = iter(str(escape(PARTED.join(texts))).split(PARTED))
    opened = [
        f'<td data-label="{escape(words)}"' + (f' class="{align}">' if align else ">")
        for words, _sort, align in headings(chosen)
    ]
    return [
        Markup(  # noqa: S704 -- every cell is escaped above, or drawn by our own macro
            "".join(
                f"{start}{cell if isinstance(cell, Markup) else next(safe)}</td>"
                for start, cell in zip(opened, row, strict=True)
            )
        )
        for row in table
    ]


def kept(names: Sequence[str] = KEPT) -> str:
    """What the address asked of the list, to come back to the same place."""
    asked = [(name, one) for name in names for one in request.args.getlist(name)[:20]]
    return f"?{urlencode(asked)}" if asked else ""


def list_url(call_id: UUID | None, query: str = "") -> str:
    """The list of a call, or across calls, with what is asked of it."""
    if call_id is None:
        return url_for("officer.applications.everywhere") + query
    return url_for("officer.applications.index", call_id=call_id) + query


def viewed(address: str) -> str:
    """The query string of a view, of what a list understands alone."""
    pairs = [(name, one) for name, one in parse_qsl(address.lstrip("?")) if name in VIEWED]
    return f"?{urlencode(pairs)}" if pairs else ""


def mistakes(found: Sequence[Mistake]) -> list[str]:
    """What is wrong in a search, in words."""
    return [sentence(Refused(one.code, **one.facts)) for one in found]


def points(thousandths: int) -> str:
    """A mean out of 100 with one decimal: 73456 → « 73,5 »."""
    text = f"{thousandths / 1000:.1f}"
    return text if wording.language() == "en" else text.replace(".", ",")


def ticked(most: int) -> list[UUID]:
    """The lines ticked; what is no identifier was never on the page."""
    found = []
    for text in request.form.getlist("id")[:most]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def moved_words(act: str, count: int) -> str:
    """What a bulk act did."""
    if not count:
        return str(_("Nothing changed: none of these applications could."))
    told = {
        "declare_admissible": lambda n: ngettext(
            "%(num)s application declared admissible.",
            "%(num)s applications declared admissible.",
            n,
        ),
        "send_to_review": lambda n: ngettext(
            "%(num)s application sent to review.", "%(num)s applications sent to review.", n
        ),
        "shortlist": lambda n: ngettext(
            "%(num)s application shortlisted.", "%(num)s applications shortlisted.", n
        ),
        "eliminate": lambda n: ngettext(
            "%(num)s application not shortlisted.", "%(num)s applications not shortlisted.", n
        ),
    }
    changed = lambda n: ngettext(  # noqa: E731 -- beside the others
        "%(num)s application changed.", "%(num)s applications changed.", n
    )
    return str(told.get(act, changed)(count))
