"""In which order the processes of a run take up files: what lasts longest begins first."""

from __future__ import annotations

from collections.abc import Sequence

LONG = (
    "tests/workers/test_crash.py",
    "tests/journeys/test_courts_circuits_public.py",
    "tests/journeys/test_courts_circuits.py",
    "tests/journeys/test_workshop.py",
    "tests/journeys/test_maison_ess.py",
    "tests/journeys/test_scic_creation.py",
    "tests/journeys/test_grand_est.py",
    "tests/journeys/test_nantes.py",
    "tests/journeys/",
    "tests/workers/test_supervisor.py",
    "tests/workers/",
    "tests/web/test_bad_input.py",
    "tests/web/test_matrix.py",
    "tests/web/",
)
"""Starts of paths. What lasts a minute stands alone, longest first; what matches none is last.

A folder's files stay together: leaving tests/journeys closes its browser and its site.
"""


def place(nodeid: str, long: Sequence[str] = LONG) -> int:
    """When a test's turn comes, among others."""
    found = (nth for nth, start in enumerate(long) if nodeid.startswith(start))
    return next(found, len(long))
