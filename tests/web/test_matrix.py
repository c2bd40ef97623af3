"""Every route, asked by every role about its own and about others' things, against matrix.yaml."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from build.matrix import ELSEWHERE, Entry, entries, rules
from build.site import digest
from build.world import ROLES

MATRIX = entries()
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]+"')
REFUSALS = {404, 409, 422}
UNTOLD = re.compile(
    r"(Projet|résumé) (draft|submitted|incomplete|admissible|in_review|open|decided) de"
)


def here(entry: Entry, role: str, *, about_something: bool) -> int:
    """What a role gets about ours; about nothing in particular, the other side's people too."""
    if role not in ELSEWHERE or role in entry.answers:
        return entry.expected(role)
    like = entry.expected(ELSEWHERE[role])
    if not about_something:
        return like
    return 404 if like == 404 else entry.foreign


def there(entry: Entry, role: str) -> int:
    """What a role that the route is for gets about theirs."""
    if entry.open or role in entry.anywhere:
        return entry.expected(role)
    if role in ELSEWHERE:
        return entry.expected(ELSEWHERE[role])
    return entry.foreign


def concerned(entry: Entry) -> list[str]:
    """Those whom the route is for: the others are turned away before it looks at anything."""
    ours = [one for one in ROLES if one != "nobody" and entry.expected(one) != 404]
    likes = [one for one, like in ELSEWHERE.items() if like in ours and one not in ours]
    return ours + likes


def test_the_matrix_names_every_route_and_no_other(site):
    assert {name for name, _ in rules(site.app)} == set(MATRIX)


def test_everyone_gets_what_the_matrix_says(site):
    wrong = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        about_something = bool(entry.named(rule))
        call = entry.call(site, rule, site.world.ours)
        for role in ROLES:
            wanted = here(entry, role, about_something=about_something)
            got = site.call(role, entry.method, call.path, data=call.form).status_code
            if got != wanted:
                wrong.append(f"{name} {role}: {got}, not {wanted}")
    assert wrong == [], "\n".join(wrong)


def test_what_is_others_answers_as_if_it_did_not_exist(site):
    wrong = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if not entry.named(rule):
            continue
        foreign = entry.call(site, rule, site.world.theirs)
        unknown = entry.call(site, rule, None)
        for role in concerned(entry):
            answer = site.call(role, entry.method, foreign.path, data=foreign.form)
            if answer.status_code != there(entry, role):
                wrong.append(f"{name} {role}: {answer.status_code}, not {there(entry, role)}")
            if answer.status_code != entry.foreign or entry.foreign == 409:
                continue  # a conflict is told to whoever holds the token that it is about
            other = site.call(role, entry.method, unknown.path, data=unknown.form)
            if alike(answer, foreign) != alike(other, unknown):
                wrong.append(f"{name} {role}: others' and nobody's differ")
    assert wrong == [], "\n".join(wrong)


def alike(answer, call) -> tuple[int, str]:
    """An answer with its own address, every identifier and the form's token taken out."""
    text = answer.text.replace(call.path.partition("?")[0], "HERE")
    return answer.status_code, IDENTIFIER.sub("ID", TOKEN.sub("", text))


def test_others_things_are_not_reached_through_ones_own(site):
    """One thing in the address or form is theirs (or nobody's), all the others are ours."""
    wrong = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        named = entry.named(rule)
        if len(named) < 2 or entry.open:
            continue
        answered = [one for one in ROLES if entry.answers.get(one) in {200, 303, 409, 422}]
        if not answered:
            continue  # nobody finds anything there: what is others' neither
        role = answered[0]
        for key in named.keys() - set(entry.free):
            thing = named[key]
            for swapped in (site.world.theirs[thing], uuid4()):
                call = entry.call(site, rule, site.world.ours, **{key: swapped})
                got = site.call(role, entry.method, call.path, data=call.form).status_code
                if got not in REFUSALS and not (got == 303 and left_alone(site, role, call)):
                    wrong.append(f"{name} {role}: {got} with another {key}")
    assert wrong == [], "\n".join(wrong)


def left_alone(site, role: str, call) -> bool:
    """Whether a form that named others' lines did nothing with them."""
    with site.database.undone():
        with site.database.transaction() as session:
            before = digest(session)
        site.call(role, "POST", call.path, data=call.form)
        with site.database.transaction() as session:
            return digest(session) == before


@pytest.mark.parametrize("role", ["operator", "stranger"])
def test_whoever_has_no_part_in_a_call_reads_no_application(site, role):
    """The operator runs the machines: nothing of what people wrote is on their pages."""
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method != "GET" or entry.expected(role) != 200:
            continue
        page = site.call(role, "GET", entry.call(site, rule, site.world.ours).path).text
        assert not UNTOLD.search(page), name
