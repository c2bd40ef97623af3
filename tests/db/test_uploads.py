"""Documents sent to us: real ones are kept, attacks leave nothing behind."""

from __future__ import annotations

import io
import random
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from build.documents import GOOD, a_docx, a_page, a_picture, a_workbook, an_odf
from build.office import OFFICE
from build.people import a_person, acting_as
from build.uploads import ATTACKS
from grants.files.inspection import media_type
from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.kernel.errors import Refused

MUTANTS = 400
KEPT = {**GOOD, **OFFICE}
OF_AN_OFFICE = (".docx", ".xlsx", ".odt", ".ods")


def bytes_of(made) -> bytes:
    return made() if callable(made) else made


def test_there_are_enough_of_both():
    assert len(ATTACKS) >= 40
    assert sum(name.lower().endswith(OF_AN_OFFICE) for name in KEPT) >= 20


@pytest.mark.parametrize("name", KEPT)
def test_a_real_document_is_kept(session, file_store, name):
    content = bytes_of(KEPT[name])
    actor = acting_as(session, a_person(session))
    stored = deposit(session, file_store, io.BytesIO(content), name=name, actor=actor)
    assert stored.size == len(content)
    with file_store.open(stored.sha256) as kept:
        assert kept.read() == content


@pytest.mark.parametrize("what", ATTACKS)
def test_an_attack_is_refused_and_nothing_is_kept(session, file_store, test_settings, what):
    name, made, code = ATTACKS[what]
    actor = acting_as(session, a_person(session))
    with pytest.raises(Refused) as refused:
        deposit(session, file_store, io.BytesIO(bytes_of(made)), name=name, actor=actor)
    assert refused.value.code == code
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    assert not [one for one in test_settings.storage.rglob("*") if one.is_file()]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("l.docx", a_docx),
        ("b.xlsx", a_workbook),
        ("t.odt", lambda: an_odf("text")),
        ("s.pdf", a_page),
        ("p.jpg", lambda: a_picture("JPEG")),
        ("p.png", lambda: a_picture("PNG")),
    ],
)
def test_a_document_spoiled_anywhere_is_taken_or_refused_never_a_failure(tmp_path, name, made):
    chance, whole = random.Random(name), made()
    path = tmp_path / name
    for _ in range(MUTANTS):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        cut = chance.choice([len(content), chance.randrange(1, len(content))])
        path.write_bytes(content[:cut])
        with suppress(Refused):
            assert media_type(path, name)
