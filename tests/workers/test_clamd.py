"""The antivirus that installations run, asked by our own client: ClamAV, with two signatures.

Its database of viruses is a matter of every installation; here it knows one, EICAR's, by the
digest of the whole file and by its bytes anywhere in one.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from build.applications import an_application
from build.checkout import wait_until
from build.clock import NOW
from build.pages import PDF
from build.people import acting_as
from build.programs import clamd
from grants.applications.services import attach
from grants.files.antivirus import Clamd, NoVerdict
from grants.files.models import Scan
from grants.files.services import scan_next
from grants.files.store import FileStore
from grants.people.models import Person

# Written in two halves, so that this file itself frightens nobody.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 1024 * 1024
"""What this one reads of a document at most."""


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    """A clamd of the test's own, on a socket of its own."""
    program = clamd()
    with TemporaryDirectory(prefix="clamd-", dir="/tmp") as name:
        folder = Path(name)
        signatures = folder / "signatures"
        signatures.mkdir()
        digest = hashlib.sha256(EICAR).hexdigest()
        (signatures / "test.hsb").write_text(f"{digest}:{len(EICAR)}:Eicar-Whole:73\n")
        (signatures / "test.ndb").write_text(f"Eicar-Within:0:*:{EICAR.hex()}\n")
        config = folder / "clamd.conf"
        config.write_text(
            f"DatabaseDirectory {signatures}\nLocalSocket {folder / 'socket'}\n"
            f"Foreground yes\nStreamMaxLength {LIMIT}\nLogFile {folder / 'log'}\n"
        )
        with subprocess.Popen(
            [program, "--config-file", str(config)], stdout=subprocess.DEVNULL
        ) as server:
            try:
                wait_until((folder / "socket").exists, seconds=20)
                yield Clamd(f"unix://{folder / 'socket'}")
            finally:
                server.terminate()


def zipped(content: bytes, name: str = "piece.txt") -> bytes:
    """An archive that holds one document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("content", [PDF, b"", b"a", zipped(b"Bonjour"), b"\n" * LIMIT])
def test_what_holds_no_virus_is_clean(scanner, content):
    assert scanner(io.BytesIO(content)) is None


@pytest.mark.parametrize(
    "content",
    [EICAR, PDF + EICAR, zipped(EICAR), zipped(zipped(EICAR, "a.txt"), "b.zip")],
    ids=["whole", "in a PDF", "in an archive", "in an archive of an archive"],
)
def test_a_virus_is_named_wherever_it_hides(scanner, content):
    assert "Eicar" in (scanner(io.BytesIO(content)) or "clean")


def test_what_is_too_large_for_it_has_no_verdict(scanner):
    with pytest.raises(NoVerdict):
        scanner(io.BytesIO(EICAR + b"\0" * (4 * LIMIT)))


def test_ten_questions_in_a_row_are_each_answered(scanner):
    found = [scanner(io.BytesIO(EICAR if nth % 2 else PDF)) for nth in range(10)]
    assert [bool(one) for one in found] == [False, True] * 5


def test_a_deposit_waits_for_it_and_is_refused_or_opened(session, tmp_path, scanner):
    store = FileStore(tmp_path / "scanned", is_scanned=True)
    draft = an_application(session, with_files=False)
    actor = acting_as(session, session.get_one(Person, draft.author_id))
    given = {"name": "statuts.pdf", "actor": actor, "now": NOW}
    kept = [
        attach(session, store, draft.id, "statutes", io.BytesIO(one), **given).stored_file
        for one in (PDF, PDF + EICAR)
    ]
    assert {one.scan for one in kept} == {Scan.WAITING}
    scan_next(session, store, scanner, now=NOW)
    scan_next(session, store, scanner, now=NOW + timedelta(seconds=1))
    assert {one.scan for one in kept} == {Scan.CLEAN, Scan.INFECTED}
    infected = next(one for one in kept if one.scan is Scan.INFECTED)
    assert infected.signature.startswith("Eicar-Within")
