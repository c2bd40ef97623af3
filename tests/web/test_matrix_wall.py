"""Recusal outranks every role: nothing of that application is left, on any page, for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from build.juries import a_recusal
from build.matrix import entries, rules
from build.reading import told_by
from grants.web.routes import Audience

MATRIX = entries()
SECRET = ("in_review", "decided")
"""Nobody outside the authority knows of these; the awards of the others have been made public."""
HIDDEN = (*SECRET, "claimed", "certified", "prepared", "paid")
NOTHING = {404, 422}
LISTS = {"officer.applications.act", "officer.juries.assign"}
"""They leave alone, without a word, ticked lines that are not the person's (test_matrix)."""
ANNOUNCED = "public.results.show"
"""What everybody may read of an award, this one as well."""
ROLES = (
    *("juror", "chair", "officer", "elected", "auditor", "finance", "approver", "administrator"),
)


def traces(side, name: str) -> set[str]:
    """Whatever would betray an application: its identifiers, its number and its words."""
    application = side.applications[name]
    things = {
        str(value)
        for key, value in side.objects.items()
        if key.endswith(f".{name}") and not key.startswith(("deliberation.", "order."))
    }
    return things | {application.number, application.title, application.summary}


def addresses(site, role: str) -> Iterator[tuple[str, str, bool]]:
    """Every page that is for a role: (endpoint, address, whether anyone may read it)."""
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        if entry.method != "GET" or entry.expected(role) != 200:
            continue
        is_public = site.app.view_functions[entry.endpoint].audience is Audience.PUBLIC
        yield entry.endpoint, entry.call(site, rule, site.world.ours).path, is_public


@pytest.fixture
def recused(site):
    """Everybody of ROLES steps back from HIDDEN, until the test ends."""
    ours = site.world.ours
    with site.database.undone():
        with site.database.transaction() as session:
            for role in ROLES:
                for name in HIDDEN:
                    a_recusal(session, ours.people[role], ours.applications[name])
        yield ours


def betrayed(site, role: str) -> list[str]:
    """Every page of a role on which something of a hidden application is to be read."""
    found = []
    for endpoint, path, is_public in addresses(site, role):
        told = told_by(site.call(role, "GET", path)).decode(errors="ignore")
        text = told.replace(path, "")  # asked, not told
        for name in SECRET if is_public else HIDDEN:
            found += [f"{endpoint}: {one}" for one in traces(site.world.ours, name) if one in text]
    return sorted(found)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_betrays_the_application(site, recused, role):
    assert betrayed(site, role) == []


@pytest.mark.parametrize(("role", "pages"), [("juror", 3), ("officer", 9), ("finance", 2)])
def test_the_same_pages_are_full_of_it_before(site, role, pages):
    assert len({one.partition(":")[0] for one in betrayed(site, role)}) >= pages


@pytest.mark.parametrize("role", ROLES)
def test_no_address_of_the_application_answers(site, recused, role):
    """Every route again, what it names replaced by what is of the application."""
    answered = []
    for name, rule in rules(site.app):
        entry = MATRIX[name]
        for key, thing in entry.named(rule).items():
            kind = thing.partition(".")[0]
            for hidden in HIDDEN:
                wanted = recused.objects.get(f"{kind}.{hidden}")
                if wanted is None or kind == "deliberation":  # which may decide upon others too
                    continue
                call = entry.call(site, rule, recused, **{key: wanted})
                got = site.call(role, entry.method, call.path, data=call.form).status_code
                if got not in NOTHING and entry.endpoint not in {*LISTS, ANNOUNCED}:
                    answered.append(f"{name} {hidden}: {got}")
    assert answered == [], "\n".join(answered)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("officer", "/instruction/appels/{call}/dossiers"),
        ("elected", "/instruction/appels/{call}/dossiers"),
        ("officer", "/instruction/jurys/{jury}/repartition"),
        ("juror", "/jury/{jury}"),
    ],
)
@pytest.mark.parametrize("asked", ["title", "number", "state", "sort", "page"])
def test_no_search_finds_it(site, recused, role, address, asked):
    """The page repeats the words searched for, and nothing else of the application."""
    hidden = recused.applications["in_review"]
    query = {
        "title": f"q={hidden.title}",
        "number": f"q={hidden.number}",
        "state": "state=in_review",
        "sort": "sort=-requested&size=250",
        "page": "page=1",
    }[asked]
    path = address.format(call=recused["call"], jury=recused["jury"])
    text = site.call(role, "GET", f"{path}?{query}").text
    shown = {"title": hidden.title, "number": hidden.number}.get(asked)
    assert [one for one in traces(recused, "in_review") - {shown} if one in text] == []


COUNT = re.compile(r"[0-9]+")


def test_no_count_includes_it(site):
    """Six are being reviewed; whoever stepped back from one is told of one fewer."""
    ours = site.world.ours
    pages = [
        f"/instruction/appels/{ours['call']}",
        f"/instruction/appels/{ours['call']}/dossiers?q=in_review",
        "/instruction/appels",
        f"/instruction/jurys/{ours['jury']}",
        f"/instruction/jurys/{ours['jury']}/classement",
        f"/instruction/appels/{ours['call']}/decision",
    ]
    for path in pages:
        with site.database.undone():
            before = numbers(site, path)
            with site.database.transaction() as session:
                a_recusal(session, ours.people["officer"], ours.applications["in_review"])
            assert numbers(site, path) != before, path


def numbers(site, path: str) -> list[str]:
    """Every number that an officer reads on a page."""
    main = site.call("officer", "GET", path).text.partition("<main")[2]
    return COUNT.findall(re.sub(r"<[^>]+>", " ", main))
