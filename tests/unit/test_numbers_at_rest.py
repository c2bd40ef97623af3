"""What the site loads to start: no library that only few requests, or only jobs, need."""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

PLAIN = (
    "grants.app",
    "grants.juries.statistics.sheet",
    "grants.juries.statistics.ballots",
    "grants.juries.statistics.budget",
    "grants.juries.matching.problem",
    "grants.juries.matching.affinity",
    "grants.juries.matching.explaining",
)


HEAVY = {"numpy", "scipy", "ortools", "openpyxl", "pikepdf", "PIL", "celery", "weasyprint"}


def test_the_site_starts_without_what_few_requests_need():
    script = f"import sys, {', '.join(PLAIN)}\nprint({HEAVY} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
