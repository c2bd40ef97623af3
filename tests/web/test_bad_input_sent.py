"""What is sent wrongly: documents, too late, twice. Refused with a sentence, or done once."""

from __future__ import annotations

import gc
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from build.clock import NOW
from build.html import Page
from build.matrix import entries, rules
from build.uploads import a_bomb
from build.world import PDF

MATRIX = entries()
MEGABYTE = 1024 * 1024


BAD = {
    "wrong type": ("virus.exe", b"MZ\x90\x00" + b"x" * 500),
    "type that lies": ("statuts.pdf", b"<html><script>alert(1)</script></html>"),
    "empty": ("statuts.pdf", b""),
    "21 MB": ("statuts.pdf", PDF + b" " * (21 * MEGABYTE - len(PDF))),
    "zip bomb": ("budget.ods", a_bomb),
    "path in the name": ("../../etc/statuts.pdf", PDF),
    "no type at all": ("statuts", PDF),
}


@pytest.fixture(params=["application", "claim"])
def place(request, site) -> tuple[str, str, dict[str, str]]:
    """A page that takes documents: its address, the field, and what goes with it."""
    ours = site.world.ours
    if request.param == "application":
        path = f"/dossiers/{ours['application.draft']}/rubriques/documents"
        return path, "q_articles", {"upload": "1"}
    path = f"/dossiers/{ours['application.planned']}/versements/{ours['instalment.planned']}"
    return path, "documents", {"holder": "Coop des Lices", "iban": "FR7630006000011234567890189"}


def stored(site) -> set[Path]:
    """Every file of the store, half-written ones included."""
    return {one for one in site.settings.storage.rglob("*") if one.is_file()}


def rows(site) -> tuple[int, ...]:
    """How many documents, and how many things that hold one, there are."""
    tables = ("stored_file", "application_file", "claim", "claim_file")
    with site.database.transaction() as session:
        return tuple(session.scalar(text(f"SELECT count(*) FROM {one}")) for one in tables)


# The test client leaves what it spools of 21 MB for the collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("what", BAD)
def test_a_bad_document_is_refused_with_a_sentence_and_nothing_is_kept(site, place, what):
    path, field, sent = place
    name, content = BAD[what]
    content = content() if callable(content) else content
    before = stored(site)
    with site.database.undone():
        counted = rows(site)
        form = {**sent, field: (io.BytesIO(content), name)}
        answer = site.call("representative", "POST", path, data=form)
        assert answer.status_code in {409, 413, 422}
        assert rows(site) == counted
    assert stored(site) == before
    gc.collect()
    page = Page(answer.text)
    sentences = [words for _link, words in page.summary] or [re.sub("<[^>]+>", " ", answer.text)]
    assert 'lang="fr"' in answer.text
    assert any(len(one) > 20 for one in sentences)
    assert all(link.removeprefix("#") in page.ids for link, _words in page.summary if link)
    if answer.status_code != 413:
        assert page.summary, "a sentence beside the field"
        assert sent.get("holder", "") in answer.text


def test_a_good_document_is_kept_so_that_the_bad_ones_mean_something(site, place):
    path, field, sent = place
    with site.database.undone():
        before = rows(site)
        form = {**sent, field: (io.BytesIO(PDF), "statuts.pdf")}
        assert site.call("representative", "POST", path, data=form).status_code == 303
        assert rows(site) != before


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_late_submission_is_told_when_it_came_and_when_it_closed(site, late):
    draft = site.world.ours["application.draft"]
    closed = (NOW - late).astimezone()
    with site.database.undone():
        with site.database.transaction() as session:
            session.execute(
                text("UPDATE call SET opens_at = :opens, closes_at = :closes WHERE id = :id"),
                {
                    "opens": closed - timedelta(days=9),
                    "closes": closed,
                    "id": site.world.ours["call"],
                },
            )
        answer = site.call("representative", "POST", f"/dossiers/{draft}/depot", data=CERTIFIED)
        assert answer.status_code == 409
        assert state_of(site, draft) == "draft"
    words = re.sub(r"\s+", " ", answer.text.replace("\u202f", " ").replace("\xa0", " "))
    assert "1er octobre 2018 à 11 h 00 min 00 s" in words, "when it came"
    shown = {0: "11 h 00 min 00 s", 1: "10 h 59 min 59 s"}.get(late.total_seconds())
    assert shown is None or words.count(shown) >= (2 if not late else 1), "when it closed"
    assert late.days == 0 or "27 août 2017" in words


def test_one_second_before_is_in_time(site):
    draft = site.world.ours["application.draft"]
    with site.database.undone():
        with site.database.transaction() as session:
            session.execute(
                text("UPDATE call SET closes_at = :closes WHERE id = :id"),
                {"closes": NOW + timedelta(microseconds=1), "id": site.world.ours["call"]},
            )
        answer = site.call("representative", "POST", f"/dossiers/{draft}/depot", data=CERTIFIED)
        assert answer.status_code == 303


CERTIFIED = {"certified": "y", "committed": "y"}


def state_of(site, application_id: object) -> str:
    with site.database.transaction() as session:
        found = text("SELECT state FROM application WHERE id = :id")
        return str(session.scalar(found, {"id": application_id}))


def test_submitting_twice_gives_one_receipt(site):
    """A double click, the Back button, an answer lost on its way: the same number."""
    draft = site.world.ours["application.draft"]
    path = f"/dossiers/{draft}/depot"
    with site.database.undone():
        first = site.call("representative", "POST", path, data=CERTIFIED)
        receipt = receipt_of(site, first)
        again = site.call("representative", "POST", path, data=CERTIFIED)
        assert again.status_code == 303
        assert receipt_of(site, again) == receipt
        back = site.call("representative", "GET", f"/dossiers/{draft}/verification")
        assert receipt_of(site, back) == receipt
        assert told(site, "application.submitted", draft) == 1


def receipt_of(site, answer) -> tuple[str, str]:
    page = site.call("representative", "GET", answer.headers["Location"])
    assert page.status_code == 200
    number = re.search(r"T\d+-2018-\d{4}", page.text)
    instant = re.search(r"\d+\sh\s\d\d\smin\s\d\d\ss", page.text)
    return number[0], instant[0]


def told(site, kind: str, subject: object) -> int:
    with site.database.transaction() as session:
        counted = text(
            "SELECT count(*) FROM outbox_message WHERE kind = :kind AND subject_id = :subject"
        )
        return int(session.scalar(counted, {"kind": kind, "subject": subject}) or 0)


ONCE = [
    ("representative", "POST applicant.claims.create", "claim"),
    ("representative", "POST applicant.decisions.acknowledge", "acknowledgement"),
    ("representative", "POST applicant.applications.create", "application"),
    ("officer", "POST officer.deliberations.create", "deliberation"),
    ("officer", "POST officer.admissibility.ask", "complement_request"),
    ("officer", "POST officer.juries.invite", "seat"),
    ("officer", "POST officer.juries.assign", "assignment"),
    ("finance", "POST finance.orders.prepare", "payment_order"),
    ("finance", "POST finance.orders.pay", "ledger_entry"),
    ("administrator", "POST admin.envelopes.vote", "ledger_entry"),
    ("administrator", "POST admin.envelopes.move", "ledger_entry"),
    ("administrator", "POST admin.people.grant", "funder_member"),
    ("juror", "POST juror.recusals.declare", "recusal"),
    ("juror", "POST juror.invitations.accept", "seat"),
]


@pytest.mark.parametrize(("role", "name", "table"), ONCE, ids=[one[1] for one in ONCE])
def test_what_is_sent_twice_is_done_once(site, role, name, table):
    entry = MATRIX[name]
    rule = next(rule for one, rule in rules(site.app) if one == name)
    call = entry.call(site, rule, site.world.ours)

    def count() -> int:
        with site.database.transaction() as session:
            return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)

    with site.database.undone():
        assert site.call(role, "POST", call.path, data=call.form).status_code == 303
        once = count()
        again = site.call(role, "POST", call.path, data=call.form)
        assert again.status_code in {303, 409}
        assert count() == once
