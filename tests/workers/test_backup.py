"""A copy of an installation, really made and really read back; nothing altered is restored."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import in_database, maintenance
from sqlalchemy import create_engine, func, select

from build.clock import NOW
from build.ledger import a_book, an_envelope, booked
from build.people import a_funder, a_person, acting_as
from grants.cli import main
from grants.db import Database
from grants.files.results import keep_result
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.kernel.clock import ShiftedClock
from grants.ledger.models import Entry
from grants.outbox.models import Message
from grants.outbox.services import announce
from grants.running import backup as copies

KEY = "k" * 40


@pytest.fixture
def empty_url(server_url):
    with maintenance(server_url) as connection:
        connection.execute("CREATE DATABASE restored")
    try:
        yield in_database(server_url, "restored")
    finally:
        with maintenance(server_url) as connection:
            connection.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def laureat(tmp_path):
    def run(url: str, place: str, *words: str, key: str = KEY):
        env = {
            "DATABASE_URL": url,
            "LAUREAT_EMBEDDED": "1",
            "LAUREAT_VAR": str(tmp_path / place),
            "SECRET_KEY": key,
        }
        return CliRunner().invoke(main, words, env=env)

    return run


@pytest.fixture
def installation(fresh_database, tmp_path) -> Path:
    """Money, a document and a history; where its documents lie."""
    store = FileStore(tmp_path / "here" / "files")
    with fresh_database.transaction() as session:
        funder = a_funder(session, key="valbrune")
        envelope = an_envelope(session, a_book(session, funder, 2018), voted=6_000_000)
        booked(session, "reserve", envelope.id, 1_000)
        keep_result(
            session,
            store,
            io.BytesIO(b"Un document."),
            name="note.txt",
            media_type="text/plain",
            actor=a_person_acting(session),
        )
        announce(session, "test.said", by=SYSTEM, at=NOW)
    ShiftedClock(tmp_path / "here" / "clock").move_to(NOW)
    return tmp_path / "here" / "files"


def a_person_acting(session):
    return acting_as(session, a_person(session))


def counted(url: str) -> tuple[int, int]:
    engine = create_engine(url)
    try:
        with Database(engine).reading() as session:
            return (
                session.scalar(select(func.count()).select_from(Entry)) or 0,
                session.scalar(select(func.count()).select_from(Message)) or 0,
            )
    finally:
        engine.dispose()


def test_a_copy_comes_back_whole(laureat, installation, fresh_url, empty_url, tmp_path):
    target = tmp_path / "copy.tar"
    made = laureat(fresh_url, "here", "backup", str(target))
    assert made.exit_code == 0, made.output
    assert "SECRET_KEY" in made.stderr
    assert KEY not in made.output
    with tarfile.open(target) as bundle:
        everything = b"".join(
            bundle.extractfile(one).read() for one in bundle.getmembers() if one.isfile()
        )
    assert KEY.encode() not in everything
    again = laureat(fresh_url, "here", "backup", str(target))
    assert (again.exit_code, "is there already" in again.output) == (1, True)

    done = laureat(empty_url, "there", "restore", str(target))
    assert done.exit_code == 0, done.output
    assert "invariants, ledger and history hold" in done.stdout
    assert counted(empty_url) == counted(fresh_url)
    theirs = tmp_path / "there" / "files"
    ours = {path.relative_to(installation) for path in installation.glob("??/*")}
    assert {path.relative_to(theirs) for path in theirs.glob("??/*")} == ours != set()

    twice = laureat(empty_url, "there", "restore", str(target))
    assert (twice.exit_code, "has tables" in twice.output) == (1, True)


def test_another_key_is_said(laureat, installation, fresh_url, empty_url, tmp_path):
    laureat(fresh_url, "here", "backup", str(tmp_path / "copy"))
    done = laureat(empty_url, "there", "restore", str(tmp_path / "copy"), key="o" * 40)
    assert done.exit_code == 1
    assert "SECRET_KEY is not that of the copy" in done.output


def test_nothing_altered_is_restored(laureat, installation, fresh_url, empty_url, tmp_path):
    copy = tmp_path / "copy"
    assert laureat(fresh_url, "here", "backup", str(copy)).exit_code == 0
    document = next((copy / "files").glob("??/*"))
    outside = tmp_path / "outside"
    for nth, spoil in enumerate(
        (
            lambda found: (found / document.relative_to(copy)).write_bytes(b"Un autre."),
            lambda found: (found / document.relative_to(copy)).unlink(),
            lambda found: (found / "database.dump").write_bytes(b"x"),
            lambda found: (found / "manifest.json").unlink(),
            lambda found: rewritten(found, path="../outside"),
        )
    ):
        spoiled = tmp_path / f"spoiled{nth}"
        shutil.copytree(copy, spoiled)
        spoil(spoiled)
        done = laureat(empty_url, "there", "restore", str(spoiled))
        assert done.exit_code == 1, nth
        assert ("altered" in done.output) or ("no whole copy" in done.output), done.output
        assert not (tmp_path / "there" / "files").exists()
    assert not outside.exists()
    assert copies.checked(copy).revision


def rewritten(copy: Path, **changes: str) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["pieces"][-1] |= changes
    (copy / "manifest.json").write_text(json.dumps(manifest))


def test_a_document_that_is_not_its_name_stops_the_copy(laureat, installation, fresh_url, tmp_path):
    next(installation.glob("??/*")).write_bytes(b"Rien.")
    done = laureat(fresh_url, "here", "backup", str(tmp_path / "copy"))
    assert done.exit_code == 1
    assert "is not what its name says" in done.output
    assert not (tmp_path / "copy").exists()
