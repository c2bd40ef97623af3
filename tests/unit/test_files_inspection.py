"""A document is what it contains."""

from __future__ import annotations

import io
import zipfile

import pytest

from build.documents import a_picture
from grants.files import inspection
from grants.files.store import FileStore, TooLarge
from grants.kernel.errors import Refused

PDF = b"%PDF-1.7\n%%EOF\n"


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


ODT = archive(**{"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"})
DOCX = archive(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
XLSX = archive(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("statuts.pdf", PDF, "application/pdf"),
        ("PHOTO.JPG", a_picture("JPEG"), "image/jpeg"),
        ("plan.png", a_picture("PNG"), "image/png"),
        ("lettre.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("lettre.docx", DOCX, inspection.KINDS[6].media_type),
        ("budget.xlsx", XLSX, inspection.KINDS[7].media_type),
    ],
)
def test_accepted_documents_are_known_by_their_content(tmp_path, name, content, expected):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert inspection.media_type(path, name) == expected


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", b"<html>", "files.type_refused"),
        ("image.svg", b"<svg/>", "files.type_refused"),
        ("sans-extension", PDF, "files.type_refused"),
        ("statuts.pdf", b"<html><script>", "files.content_mismatch"),
        ("statuts.pdf", DOCX, "files.content_mismatch"),
        ("lettre.docx", XLSX, "files.content_mismatch"),
        ("lettre.odt", DOCX, "files.content_mismatch"),
        ("lettre.docx", b"PK\x03\x04 and then nothing", "files.damaged"),
    ],
)
def test_a_name_that_lies_is_refused(tmp_path, name, content, code):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(Refused, match=code):
        inspection.media_type(path, name)


def test_what_an_archive_unpacks_to_is_counted_while_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "UNPACKED_MAX", 1_000_000)
    path = tmp_path / "bomb.docx"
    path.write_bytes(archive(**{"word/document.xml": bytes(2_000_000)}))
    with pytest.raises(Refused, match=r"files\.zip_bomb"):
        inspection.media_type(path, "bomb.docx")


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "a\\b.pdf", "a/b.pdf", "nul\0.pdf"])
def test_a_path_in_a_name_is_refused(name):
    with pytest.raises(Refused, match=r"files\.name_has_path"):
        inspection.shown_name(name)


def test_a_shown_name_is_short_and_printable():
    assert inspection.shown_name("rap\u202eport\n.pdf") == "rapport.pdf"
    assert len(inspection.shown_name("é" * 300 + ".pdf")) == 114


def test_the_same_bytes_are_kept_once_and_read_back(tmp_path):
    store = FileStore(tmp_path)
    for _ in range(2):
        written = store.receive(io.BytesIO(PDF), size_max=100)
        store.keep(written)
    with store.open(written.sha256) as kept:
        assert kept.read() == PDF
    assert len([f for f in tmp_path.rglob("*") if f.is_file()]) == 1


def test_one_byte_too_many_leaves_nothing(tmp_path):
    with pytest.raises(TooLarge):
        FileStore(tmp_path).receive(io.BytesIO(b"12345"), size_max=4)
    assert not [f for f in tmp_path.rglob("*") if f.is_file()]


def test_the_sweeper_takes_only_what_was_never_kept(tmp_path):
    store = FileStore(tmp_path)
    store.keep(store.receive(io.BytesIO(PDF), size_max=100))
    store.receive(io.BytesIO(b"abandoned"), size_max=100)
    assert store.sweep(older_than_seconds=-1) == 1
    assert len([f for f in tmp_path.rglob("*") if f.is_file()]) == 1
