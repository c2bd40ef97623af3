"""The menus of those who have many pages: the office and finance, by what one comes for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Entry:
    """One page of a menu; `pages` is how the endpoints of all that belongs to it begin."""

    pages: str
    endpoint: str
    label: LazyString


@dataclass(frozen=True)
class Menu:
    """Named groups of entries; the query's `kept` names go along from page to page."""

    name: LazyString
    groups: tuple[tuple[LazyString, tuple[Entry, ...]], ...]
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Pages that are part of another one in the menu, by how their endpoints begin."""
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An entry as it is shown."""

    url: str
    label: LazyString
    is_here: bool


@dataclass(frozen=True)
class Shown:
    """A group as it is shown; its name leads to its first page."""

    name: LazyString
    links: list[Link]

    @property
    def is_here(self) -> bool:
        """Whether the page that is open is in it."""
        return any(link.is_here for link in self.links)


OFFICE = Menu(
    _l("Appraisal"),
    (
        (
            _l("Appraise"),
            (
                Entry("officer.calls.", "officer.calls.index", _l("My calls")),
                Entry(
                    "officer.applications.", "officer.applications.everywhere", _l("Applications")
                ),
                Entry("officer.sorting.workload", "officer.sorting.workload", _l("Workload")),
                Entry("officer.contacts.", "officer.contacts.index", _l("Contact points")),
                Entry("officer.sorting.index", "officer.sorting.index", _l("Labels")),
            ),
        ),
        (
            _l("Decide and tell"),
            (
                Entry("officer.councils.", "officer.councils.index", _l("Council sessions")),
                Entry("officer.deliberations.", "officer.deliberations.index", _l("Deliberations")),
                Entry("officer.appeals.", "officer.appeals.index", _l("Appeals")),
                Entry("officer.agreements.", "officer.agreements.index", _l("Agreements")),
            ),
        ),
        (
            _l("Follow up"),
            (
                Entry("officer.claims.", "officer.claims.index", _l("Payment claims")),
                Entry("officer.withdrawals.", "officer.withdrawals.index", _l("Withdrawals")),
                Entry("officer.reports.", "officer.reports.index", _l("Financial reports")),
                Entry("duties.", "duties.index", _l("Due dates")),
                Entry("jobs.", "jobs.index", _l("My tasks")),
            ),
        ),
    ),
    elsewhere={"officer.letter_templates.": "officer.deliberations."},
)
FINANCE = Menu(
    _l("Finance"),
    (
        (
            _l("Keep the books"),
            (
                Entry("finance.envelopes.", "finance.envelopes.index", _l("Envelopes")),
                Entry("finance.acts.", "finance.acts.index", _l("Budget acts")),
                Entry(
                    "finance.authorisations.", "finance.authorisations.index", _l("Authorisations")
                ),
                Entry("finance.journal.", "finance.journal.index", _l("Journal")),
                Entry("finance.trial.", "finance.trial.show", _l("Trial balance")),
                Entry("finance.closing.", "finance.closing.show", _l("Year end")),
            ),
        ),
        (
            _l("Pay"),
            (
                Entry("finance.orders.", "finance.orders.index", _l("Payment orders")),
                Entry("finance.batches.", "finance.batches.index", _l("Batches of orders")),
                Entry("finance.accounts.", "finance.accounts.index", _l("Bank details")),
                Entry("finance.returns.", "finance.returns.index", _l("Returns")),
                Entry("finance.advances.", "finance.advances.index", _l("Repayable advances")),
                Entry("finance.recoveries.", "finance.recoveries.index", _l("Recoveries")),
                Entry("finance.settings.", "finance.settings.index", _l("Settings")),
            ),
        ),
        (
            _l("Follow up"),
            (
                Entry("duties.", "duties.index", _l("Due dates")),
                Entry("jobs.", "jobs.index", _l("My tasks")),
            ),
        ),
    ),
    elsewhere={
        "finance.awards.": "finance.envelopes.",
        "finance.budgets.": "finance.acts.",
        "finance.schedules.": "finance.authorisations.",
        "finance.statements.": "finance.orders.",
    },
    kept=("book", "on"),
)
MENUS = {"office": OFFICE, "finance": FINANCE}


def site_menu(key: str) -> tuple[LazyString, list[Shown]]:
    """The name of a menu and its groups, for `macros/menus.html`, with the page that is open."""
    found = MENUS[key]
    here = request.endpoint or ""
    here = next((part for start, part in found.elsewhere.items() if here.startswith(start)), here)
    kept: dict[str, Any] = {
        name: request.args[name] for name in found.kept if request.args.get(name)
    }
    views = current_app.view_functions
    return found.name, [
        Shown(
            words,
            [
                Link(url_for(one.endpoint, **kept), one.label, here.startswith(one.pages))
                for one in entries
                if one.endpoint in views
            ],
        )
        for words, entries in found.groups
    ]
