"""What one is recused from and what does not exist are looked for in the same statements."""

from __future__ import annotations

from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import event

from build.juries import a_recusal
from build.matrix import entries, rules

MATRIX = entries()
HIDDEN = "in_review"
PLUMBING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")


@contextmanager
def heard(site):
    """Every statement that either connection of the site sends meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        if not statement.startswith(PLUMBING):
            seen.append(statement)

    both = (site.database.reader, site.database.writer)
    for one in both:
        event.listen(one, "before_cursor_execute", note)
    yield seen
    for one in both:
        event.remove(one, "before_cursor_execute", note)


def asked(site, role, side) -> list[tuple[str, str, object, object]]:
    """Every route of a role that names something of the hidden file: so, and as nobody's."""
    found = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.expected(role) == 404:
            continue
        for key, thing in entry.named(rule).items():
            wanted = side.objects.get(f"{thing.partition('.')[0]}.{HIDDEN}")
            if wanted is None:
                continue
            one = entry.call(site, rule, side, **{key: wanted})
            none = entry.call(site, rule, side, **{key: uuid4()})
            found.append((name, entry.method, one, none))
    return found


@pytest.mark.parametrize("role", ["chair", "officer"])
def test_a_hidden_file_costs_what_an_unknown_one_costs(site, role):
    """Whoever measures answers learns nothing: neither one statement more nor another one."""
    ours, wrong = site.world.ours, []
    with site.database.undone():
        with site.database.transaction() as session:
            a_recusal(session, ours.people[role], ours.applications[HIDDEN])
        calls = asked(site, role, ours)
        for name, method, one, none in calls:
            with heard(site) as of_hidden:
                first = site.call(role, method, one.path, data=one.form)
            with heard(site) as of_unknown:
                second = site.call(role, method, none.path, data=none.form)
            if first.status_code == second.status_code == 404 and of_hidden != of_unknown:
                wrong.append(f"{name}: {len(of_hidden)} statements, {len(of_unknown)} for nobody's")
    assert len(calls) >= 3
    assert wrong == [], "\n".join(wrong)
