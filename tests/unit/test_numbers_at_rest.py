"""What pages may import without loading the libraries of numbers."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

PLAIN = (
    "grants.juries.statistics.sheet",
    "grants.juries.statistics.ballots",
    "grants.juries.statistics.budget",
    "grants.juries.matching.problem",
    "grants.juries.matching.affinity",
    "grants.juries.matching.explaining",
)


def test_the_plain_modules_load_no_library_of_numbers():
    script = (
        f"import sys, {', '.join(PLAIN)}\nprint({{'numpy', 'scipy', 'ortools'}} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
