"""Antivirus: nothing is safe that nobody read, nothing infected is opened, silence is waiting.

The antivirus here speaks clamd's protocol on loopback and knows one signature, EICAR's.
"""

from __future__ import annotations

import io
import socketserver
import struct
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.clock import NOW
from build.pages import PDF
from build.people import acting_as
from config import ROOT
from grants.applications import answers, queries
from grants.applications.services import attach
from grants.files.antivirus import Clamd, NoVerdict
from grants.files.models import Scan, StoredFile
from grants.files.services import deposit, scan_next
from grants.files.store import FileStore
from grants.kernel.access import SYSTEM
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.notices.services import compose
from grants.outbox.models import Message
from grants.people.models import Person
from workers.rendering import Pages
from workers.tasks import files as tasks

# Written in two halves, so that this file itself frightens nobody.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = PDF + EICAR
MUTE, BROKEN = "mute", "broken"


class Protocol(socketserver.BaseRequestHandler):
    """INSTREAM: chunks behind their length, an empty one at the end, one line as the verdict."""

    def handle(self) -> None:
        said = b""
        while not said.endswith(b"INSTREAM\n"):
            said += self.request.recv(1)
        stream = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            stream += self._exactly(length)
            if self.server.mood == BROKEN:
                return
        if self.server.mood == MUTE:
            return
        found = b"stream: Eicar-Test-Signature FOUND" if EICAR in stream else b"stream: OK"
        self.request.sendall(found + b"\n")

    def _exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            part = self.request.recv(count - len(got))
            if not part:
                raise ConnectionError
            got += part
        return got


class Server(socketserver.ThreadingTCPServer):
    mood = ""
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        pass


@pytest.fixture
def antivirus():
    with Server(("127.0.0.1", 0), Protocol) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def scanner(antivirus):
    return Clamd("tcp://{}:{}".format(*antivirus.server_address))


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "scanned", is_scanned=True)


@pytest.fixture
def draft(session):
    return an_application(session, with_files=False)


@pytest.fixture
def actor(session, draft):
    return acting_as(session, session.get_one(Person, draft.author_id))


@pytest.fixture
def wired(monkeypatch, database, store, scanner, clock):
    """The task on the test's database, clock and antivirus."""
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "store", lambda: store)
    monkeypatch.setattr(tasks, "now", clock.now)
    monkeypatch.setattr(tasks, "antivirus", lambda: scanner)
    return database


@pytest.fixture
def send(session, store, draft, actor):
    def send(content):
        given = {"name": "statuts.pdf", "actor": actor, "now": NOW}
        return attach(session, store, draft.id, "statutes", io.BytesIO(content), **given)

    send.store = store
    return send


def test_what_was_read_is_clean_and_only_then(session, store, scanner, send):
    one = send(PDF).stored_file
    assert one.scan is Scan.WAITING
    assert scan_next(session, store, scanner, now=NOW) is one
    assert (one.scan, one.scanned_at) == (Scan.CLEAN, NOW)
    assert scan_next(session, store, scanner, now=NOW) is None


def test_what_is_infected_counts_for_nothing_and_is_told(session, store, scanner, send, draft):
    send(INFECTED)
    one = scan_next(session, store, scanner, now=NOW)
    assert (one.scan, one.signature) == (Scan.INFECTED, "Eicar-Test-Signature")
    session.expire_all()
    actor = acting_as(session, session.get_one(Person, draft.author_id))
    application = queries.own(session, draft.id, actor)
    assert answers.attached(application) == {}
    assert [len(files) for files in answers.deposited(application).values()] == [1]
    assert "statutes" in {problem.field_key for problem in answers.missing(application)}
    message = session.scalars(select(Message).where(Message.kind == "file.infected")).one()
    site = Site(base_url="https://x.example", secret_key="s" * 32)
    assert compose(session, message.id, renderer=Pages(ROOT), site=site, now=NOW) == 1
    mail = session.scalars(select(Mail)).one()
    assert mail.recipient_id == draft.author_id
    assert "contient un virus" in mail.text


@pytest.mark.parametrize("mood", [MUTE, BROKEN])
def test_an_antivirus_without_an_answer_leaves_it_waiting(session, antivirus, scanner, send, mood):
    store = send.store
    antivirus.mood = mood
    one = send(PDF).stored_file
    scan_next(session, store, scanner, now=NOW)
    assert (one.scan, one.scan_attempts) == (Scan.WAITING, 1)
    assert scan_next(session, store, scanner, now=NOW) is None, "not at once again"
    antivirus.mood = ""
    scan_next(session, store, scanner, now=NOW + timedelta(seconds=16))
    assert one.scan is Scan.CLEAN


def test_an_antivirus_that_is_away_is_never_a_yes(session, store, send):
    one = send(PDF).stored_file
    away = Clamd("tcp://127.0.0.1:9")
    for hour in range(30):
        scan_next(session, store, away, now=NOW + timedelta(hours=hour))
    assert (one.scan, one.scan_attempts) == (Scan.WAITING, 30)
    with pytest.raises(NoVerdict):
        away(io.BytesIO(PDF))


def test_without_an_antivirus_nothing_is_called_clean(session, tmp_path, actor):
    store = FileStore(tmp_path / "plain")
    one = deposit(session, store, io.BytesIO(PDF), name="a.pdf", actor=actor)
    assert one.scan is Scan.UNCHECKED
    scanned = FileStore(tmp_path / "ours", is_scanned=True)
    ours = deposit(session, scanned, io.BytesIO(PDF), name="b.pdf", actor=SYSTEM)
    assert ours.scan is Scan.UNCHECKED, "what we made ourselves does not wait"


def test_the_task_reads_what_waits(wired, session, send):
    send(PDF)
    send(INFECTED)
    session.commit()
    assert [tasks.scan_documents() for _ in range(2)] == [2, 0]
    with wired.reading() as after:
        assert set(after.scalars(select(StoredFile.scan))) == {Scan.CLEAN, Scan.INFECTED}


@pytest.mark.parametrize(
    ("scan", "words"), [(Scan.WAITING, "attend l’antivirus"), (Scan.INFECTED, "virus")]
)
def test_nobody_opens_what_waits_or_is_infected(session, as_person, send, scan, words):
    attached = send(PDF)
    attached.stored_file.scan = scan
    attached.stored_file.scan_due_at = NOW if scan is Scan.WAITING else None
    session.flush()
    browser = as_person(session.get_one(Person, attached.added_by))
    answer = browser.get(f"/dossiers/documents/{attached.id}")
    assert answer.status_code == 409
    assert words in answer.text
    page = browser.get(f"/dossiers/{attached.application_id}/rubriques/documents").text
    assert f"/dossiers/documents/{attached.id}" not in page
    assert {"waiting": "En attente de l’antivirus", "infected": "Virus trouvé"}[scan.value] in page
