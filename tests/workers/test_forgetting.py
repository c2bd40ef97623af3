"""Bytes of emptied tries leave the disk; those that anything else names stay, whatever happens."""

from __future__ import annotations

import io
import threading
import time
from types import SimpleNamespace
from uuid import uuid4

import pytest

from build.applications import FORM, an_application
from build.calls import a_call
from build.checkout import wait_until
from build.clock import NOW
from build.farm import a_farm
from build.pages import PDF
from build.people import a_funder, a_funder_member, acting_as
from grants.applications.models import Application, ApplicationFile
from grants.applications.services import trying
from grants.files import forgetting
from grants.files.forgetting import forget
from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM


def a_document(session, store: FileStore, mark: str) -> StoredFile:
    """A deposited PDF: the same bytes for the same mark."""
    content = PDF + b"\n%" + mark.encode() + b"\n%%EOF\n"
    return deposit(session, store, io.BytesIO(content), name=f"{mark}.pdf", actor=SYSTEM)


def is_there(store: FileStore, sha256: str) -> bool:
    return store._path(sha256).exists()


def put_in(session, application, stored: StoredFile) -> None:
    session.add(
        ApplicationFile(
            application_id=application.id,
            field_key="statutes",
            stored_file_id=stored.id,
            added_at=NOW,
            added_by=application.author_id,
        )
    )
    session.flush()


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "var" / "files")


@pytest.fixture
def tried(fresh_database, store):
    """A try with three documents: its own, bytes that a draft has too, the draft's very row."""
    with fresh_database.transaction() as session:
        lead = a_funder(session)
        officer = a_funder_member(session, lead)
        actor = acting_as(session, officer)
        call = a_call(session, funders=[lead], document=FORM)
        real = an_application(session, call, with_files=False)
        kept, same = a_document(session, store, "commun"), a_document(session, store, "deux")
        own, again = a_document(session, store, "essai"), a_document(session, store, "deux")
        put_in(session, real, kept)
        put_in(session, real, same)
        trial_id = trying.try_call(session, call.id, legal_form="9220", actor=actor, now=NOW)
        trial = session.get_one(Application, trial_id)
        for one in (own, again, kept):
            put_in(session, trial, one)
        return SimpleNamespace(
            call=call.id, actor=actor, own=own, again=again, same=same, kept=kept
        )


def emptied(database, tried) -> None:
    with database.transaction() as session:
        trying.empty_trials(session, tried.call, actor=tried.actor, now=NOW)


def rows(database) -> set[str]:
    with database.reading() as session:
        return {one.name for one in session.query(StoredFile)}


def test_a_worker_takes_the_bytes_of_emptied_tries_off_the_disk(
    fresh_database, fresh_url, tmp_path, store, tried
):
    emptied(fresh_database, tried)
    assert is_there(store, tried.own.sha256)
    with a_farm(fresh_url, tmp_path) as farm:
        farm.worker()
        farm.beat()
        wait_until(lambda: not is_there(store, tried.own.sha256), telling=farm.said)
        wait_until(lambda: owed(fresh_database) == 0, telling=farm.said)
    assert is_there(store, tried.kept.sha256)
    assert is_there(store, tried.same.sha256)
    with fresh_database.reading() as session:
        left = {one.id for one in session.query(StoredFile)}
    assert left == {tried.kept.id, tried.same.id}


def owed(database) -> int:
    """How many of the tries' messages the task has not claimed."""
    from sqlalchemy import text

    with database.reading() as session:
        return session.scalar(
            text(
                "SELECT count(*) FROM outbox_message m WHERE kind = 'call.tries_emptied' AND NOT "
                "EXISTS (SELECT FROM outbox_handled h WHERE h.message_id = m.id)"
            )
        )


def test_killed_after_the_bytes_and_before_the_row_it_is_done_again(
    fresh_database, store, tried, monkeypatch
):
    emptied(fresh_database, tried)
    forgotten = store.forget

    def cut(sha256: str) -> None:
        forgotten(sha256)
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "forget", cut)
    with pytest.raises(KeyboardInterrupt), fresh_database.transaction() as session:
        forget(session, store, tried.own.id)
    assert "essai.pdf" in rows(fresh_database)
    monkeypatch.setattr(store, "forget", forgotten)
    for expected in (True, False):
        with fresh_database.transaction() as session:
            assert forget(session, store, tried.own.id) is expected
    assert "essai.pdf" not in rows(fresh_database)
    assert not is_there(store, tried.own.sha256)


def test_what_anything_refers_to_is_not_forgotten(fresh_database, store, tried):
    with fresh_database.transaction() as session:
        assert not forget(session, store, tried.kept.id)
        assert not forget(session, store, tried.own.id), "the try is not emptied yet"
        assert not forget(session, store, uuid4())
    named = {column.table.name for column in forgetting._naming()}
    assert {"application_file", "organisation_document", "letter", "job", "ranking"} <= named


def test_a_deposit_of_the_same_bytes_meanwhile_keeps_them(fresh_database, store, tried):
    """Whoever forgets waits for a deposit under way, and then finds its row."""
    emptied(fresh_database, tried)
    done: list[bool] = []

    def forgets() -> None:
        with fresh_database.transaction() as session:
            done.append(forget(session, store, tried.own.id))

    with fresh_database.transaction() as session:
        fresh = a_document(session, store, "essai")
        thread = threading.Thread(target=forgets)
        thread.start()
        time.sleep(0.5)
        assert done == [], "it did not wait"
    thread.join(20)
    assert done == [True]
    assert is_there(store, fresh.sha256)
