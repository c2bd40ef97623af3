"""Ten thousand hostile requests over all forms: no failure, and nothing stored when refused.

`make test` sends a seeded sample of some hundreds; `make attack` sends them all.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from itertools import islice

import pytest
from sqlalchemy import text

from build.hostile import HEADER, SCRIPT, SUM_DONE, WAYS, Attack, attacks
from build.matrix import entries, rules
from build.site import UNCOUNTED, Site, digest
from build.world import ROLES

MATRIX = entries()
WANTED = int(os.environ.get("ATTACKS", "400"))
SEED = int(os.environ.get("ATTACKS_SEED", "2018"))
ANSWERS = {200, 303, 400, 404, 409, 413, 415, 422, 429}
NOT_COUNTED = UNCOUNTED | {"attempt"}
"""When someone was last seen, and how often something was tried: kept, refused or not."""
KEPT = {
    "POST applicant.sections.save": {"application"},
    "POST applicant.uploads.piece": {"upload"},
}
"""A draft is kept as typed and told what to mend; a refused document takes its half away."""


def targets(site: Site) -> list[tuple[str, str, str, dict[str, str]]]:
    """Every form well filled in: its name, who may send it, where, and what."""
    found = []
    for name, rule in rules(site.app):
        entry = MATRIX.get(name)  # that none is missing is the matrix's own test
        if entry is None or entry.method != "POST":
            continue
        role = next((one for one in ROLES if entry.answers.get(one) in {200, 303}), None)
        if role is not None:
            call = entry.call(site, rule, site.world.ours)
            found.append((name, role, call.path, dict(call.form)))
    return found


# The test client leaves what it spools of large bodies for the collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.timeout(3600)
def test_no_hostile_request_is_a_failure_or_leaves_a_trace(site):
    places = targets(site)
    chance = random.Random(SEED)
    chance.shuffle(places)
    streams = [attacks(form, random.Random(f"{SEED} {name}")) for name, _, _, form in places]
    clean, files = state_of(site), stored(site)
    wrong, statuses = [], Counter()
    for nth in range(WANTED):
        name, role, path, _form = places[nth % len(places)]
        attack = next(streams[nth % len(places)])
        status, found = strike(site, role, path, attack, clean=clean, kept=KEPT.get(name, set()))
        statuses[status] += 1
        wrong += [f"{name} ({role}), {attack.what}: {one}" for one in found]
    print(f"\n{sum(statuses.values())} requests over {len(places)} forms: {dict(statuses)}")
    assert wrong == [], f"{len(wrong)} wrong:\n" + "\n".join(wrong[:60])
    assert sum(statuses.values()) == WANTED
    assert statuses[422] > WANTED / 10
    assert stored(site) - files == set() or statuses[303]


def strike(
    site: Site, role: str, path: str, attack: Attack, *, clean: dict[str, str], kept: set[str]
) -> tuple[int, list[str]]:
    """Send one attack, in a transaction that is undone; its status, and all that is wrong."""
    with site.database.undone():
        try:
            answer = site.call(
                role,
                "POST",
                path,
                data=attack.data,
                content_type=attack.content_type or None,
                headers=dict(attack.headers),
            )
        except Exception as error:  # noqa: BLE001 -- each is told with what raised it
            return 500, [f"raised {type(error).__name__}: {str(error)[:200]}"]
        found = [] if answer.status_code in ANSWERS else [f"status {answer.status_code}"]
        if SCRIPT.encode() in answer.data:
            found.append("a script comes back as it was sent")
        if SUM_DONE.encode() in answer.data:
            found.append("a template was run")
        if HEADER in answer.headers:
            found.append("a header was injected")
        if answer.status_code >= 400 and (changed := changes(site, clean) - kept):
            found.append(f"{answer.status_code}, and yet {sorted(changed)} changed")
        return answer.status_code, found


def state_of(site: Site) -> dict[str, str]:
    """The world as it was built."""
    with site.database.undone(), site.database.transaction() as session:
        return digest(session)


def changes(site: Site, clean: dict[str, str]) -> set[str]:
    """The tables that the request changed; PostgreSQL tells cheaply which it wrote to."""
    with site.database.transaction() as session:
        written = session.scalars(
            text(
                "SELECT relname FROM pg_stat_xact_user_tables "
                "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            )
        )
        touched = set(written) - NOT_COUNTED
        if not touched:
            return set()
        now = digest(session, but=frozenset(clean.keys() - touched))
        return {name for name in touched & now.keys() if now[name] != clean[name]}


def stored(site: Site) -> set[str]:
    """Every document of the store."""
    return {str(one) for one in site.settings.storage.rglob("*") if one.is_file()}


def test_the_net_sees_what_a_refusal_keeps(site, monkeypatch):
    """The negative control: forms that write something although they refuse are told."""
    clean, nothing = state_of(site), Attack("nothing", b"", "application/x-www-form-urlencoded")
    seen = Counter()
    for name, role, path, _form in targets(site):
        endpoint = name.split()[1]
        view = site.app.view_functions[endpoint]
        refused, found = strike(site, role, path, nothing, clean=clean, kept=KEPT.get(name, set()))
        if refused != 422 or seen[422] >= 3:
            continue
        assert found == []

        def leaky(view=view, **arguments):
            answer = view(**arguments)
            with site.database.transaction() as session:
                session.execute(text("UPDATE person SET name = name || '!'"))
            return answer

        monkeypatch.setitem(site.app.view_functions, endpoint, leaky)
        status, found = strike(site, role, path, nothing, clean=clean, kept=KEPT.get(name, set()))
        assert (status, found) == (422, ["422, and yet ['person'] changed"])
        seen[status] += 1
    assert seen[422] == 3


def test_the_sample_holds_every_kind_of_attack():
    form = {"title": "Ressourcerie", "amount": "5000"}
    sample = list(islice(attacks(form, random.Random(SEED)), 300))
    assert len({one.what for one in sample}) > 150
    assert {one.content_type.partition(";")[0] for one in sample} > {
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data",
    }
    assert any(b"%ED%A0%80" in one.data for one in sample), "a lone surrogate"
    assert any(b"%00" in one.data for one in sample), "a NUL"
    assert any(len(one.data) > 70_000 for one in sample), "70 KB"
    assert len(WAYS) >= 10
