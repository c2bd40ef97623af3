"""The staircase of imports holds because a linter looks: here it is shown to see a fault."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from config import ROOT

FAULTS = {
    "upward": ("grants/kernel/money.py", "import grants.web.wording"),
    "flask below web": ("grants/people/rules.py", "import flask"),
    "workers from grants": ("grants/app.py", "import workers"),
    "numbers outside statistics": ("grants/juries/scoring.py", "import numpy"),
    "statistics that read rules": (
        "grants/juries/statistics/sheet.py",
        "import grants.juries.rules",
    ),
    "ledger models": ("grants/decisions/vote.py", "import grants.ledger.models"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_forbidden_import_is_seen(tmp_path, fault):
    for name in ("grants", "workers", "config.py", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "static", "translations", "*.yaml")
            shutil.copytree(source, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(source, tmp_path)
    place, line = FAULTS[fault]
    file = tmp_path / place
    file.write_text(file.read_text() + f"\n{line}\n")
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
