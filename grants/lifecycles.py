"""Every lifecycle of the product, drawn: `docs/states.md` is written from here."""

from __future__ import annotations

import sys
from typing import Any

from grants.applications.lifecycle import LIFECYCLE as APPLICATION
from grants.calls.lifecycle import LIFECYCLE as CALL
from grants.decisions.lifecycle import LIFECYCLE as COUNCIL_SESSION
from grants.juries.lifecycle import REVIEW
from grants.kernel.workflow import Lifecycle
from grants.payments.lifecycle import CLAIM, ORDER

LIFECYCLES: tuple[Lifecycle[Any], ...] = (CALL, APPLICATION, REVIEW, COUNCIL_SESSION, CLAIM, ORDER)
HEAD = """# States

Written from the lifecycle tables by `make docs`; a test compares. Who may take an arrow, and on
which conditions, stands in the `lifecycle.py` of each domain.
"""


def document() -> str:
    """The text of `docs/states.md`."""
    return "\n".join([HEAD, *(_section(one) for one in LIFECYCLES)])


def _section(lifecycle: Lifecycle[Any]) -> str:
    rows = [
        f"| {t.name} | {', '.join(sorted(t.sources))} | {t.target} | {t.by.name} |"
        for t in lifecycle.transitions
    ]
    return "\n".join(
        [
            f"## {lifecycle.subject}\n",
            f"```mermaid\n{lifecycle.mermaid()}\n```\n",
            "| transition | from | to | who |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    sys.stdout.write(document())
