"""Templates compiled by one process serve the next, unless others could have written them."""

from __future__ import annotations

import tempfile

import pytest
from jinja2 import DictLoader, Environment

from grants.web.compiled import compiled_templates


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def rendered(source):
    loader = DictLoader({"page.html": source})
    environment = Environment(loader=loader, bytecode_cache=compiled_templates(), autoescape=True)
    return environment.get_template("page.html").render(name="<b>")


def test_what_was_compiled_is_kept_and_what_changed_is_compiled_again(temporary):
    assert rendered("Bonjour {{ name }}") == "Bonjour &lt;b&gt;"
    (folder,) = temporary.iterdir()
    (kept,) = folder.iterdir()
    written = kept.stat().st_mtime_ns
    assert rendered("Bonjour {{ name }}") == "Bonjour &lt;b&gt;"
    assert kept.stat().st_mtime_ns == written
    assert rendered("Bonsoir {{ name }}") == "Bonsoir &lt;b&gt;"


def test_a_folder_that_others_may_write_is_not_read(temporary):
    rendered("Bonjour")
    (folder,) = temporary.iterdir()
    for kept in folder.iterdir():
        kept.unlink()
    folder.rmdir()
    folder.symlink_to("/")
    assert compiled_templates() is None


def test_no_place_to_write_is_no_failure(temporary, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))
    assert compiled_templates() is None
