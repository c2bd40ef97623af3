"""The house rules, as far as a machine can read them."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from build import order
from config import ROOT
from grants.lifecycles import document

SOURCES = sorted(
    path
    for top in ("grants", "workers", "tests")
    for path in (ROOT / top).rglob("*.py")
    if "__pycache__" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "config.py"], ids=short)
def test_a_file_and_its_functions_fit_in_the_head(path):
    source = path.read_text()
    assert source.count("\n") <= 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 50, f"{path}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_fits_in_the_head_and_holds_no_script_or_style(path):
    source = path.read_text()
    assert source.count("\n") <= 150
    if path.parts[-2] in {"letters", "mails"} or path.suffix not in {".html"}:
        return
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(
        r"""(src|href)=["']https?://(?!www\.)""", source.replace("http://www.w3.org", "")
    )


def test_only_the_settings_read_the_environment():
    readers = [
        short(path)
        for path in SOURCES
        if re.search(r"os\.environ(?!\))|os\.getenv", path.read_text())
        and not short(path).startswith(("tests/", "grants/running/"))
    ]
    assert readers == []


def test_nothing_asks_the_machine_for_the_time_but_the_clock():
    askers = [
        short(path)
        for path in SOURCES
        if re.search(r"datetime\.(now|utcnow)\(|date\.today\(", path.read_text())
        and not short(path).startswith(("tests/", "grants/kernel/clock.py"))
    ]
    assert askers == []


def test_only_doors_commit():
    committers = [
        short(path)
        for path in SOURCES
        if re.search(r"\bsession\.commit\(", path.read_text())
        and not short(path).startswith("tests/")
    ]
    assert committers == []


def test_the_states_are_drawn_as_they_are():
    assert (ROOT / "docs" / "states.md").read_text() == document(), "run `make docs`"


def test_the_imports_form_a_staircase():
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_files_that_begin_first_are_there():
    for start in order.LONG:
        assert any(short(path).startswith(start) for path in SOURCES), start
    assert order.place("tests/workers/test_crash.py::test_x") == 0
    assert order.place("tests/unit/test_vote.py::test_x") == len(order.LONG)
