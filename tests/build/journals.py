"""Journals of the ledger as other people's programs count them."""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core import realization

from grants.ledger.journals import Format, export

Place = tuple[str, str, str]
"""Year, rank of the envelope in its book, stage."""

# hledger reads files in the encoding of its locale.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}


def run(command: list[object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", timeout=120, env=ENVIRONMENT
    )


def written(session, tmp_path: Path, style: Format) -> Path:
    file = tmp_path / f"journal.{style}"
    lines = "\n".join(export(session, style))
    file.write_text(lines + "\n", encoding="utf-8")
    return file


def keyed(name: str) -> Place:
    _root, book, envelope, stage, *_award = name.split(":")
    return book[-4:], envelope[1:3], stage.lower().replace("-", "_")


def smallest(amount: Decimal, commodity: str) -> int:
    return int(amount * 100) if commodity == "EUR" else int(amount)


def by_hledger(file: Path, *period: str) -> dict[Place, int]:
    """What `hledger balance` says, place by place, zeros left out."""
    asked = ["hledger", "balance", "-f", file, "--flat", "--no-total", "-O", "csv", *period]
    told = run([*asked, "--layout=bare"]).stdout
    counted: defaultdict[Place, int] = defaultdict(int)
    for name, commodity, amount in re.findall(r'^"([^"]+)","([^"]*)","([^"]+)"$', told, re.M)[1:]:
        counted[keyed(name)] += smallest(Decimal(amount), commodity)
    return {place: amount for place, amount in counted.items() if amount}


def by_beancount(file: Path) -> dict[Place, int]:
    """What beancount counts, once it found nothing to say about the file."""
    entries, errors, _options = loader.load_file(str(file))
    assert errors == [], [one.message for one in errors][:3]
    counted: defaultdict[Place, int] = defaultdict(int)
    for real in realization.iter_children(realization.realize(entries)):
        for position in real.balance:
            units = position.units
            counted[keyed(real.account)] += smallest(units.number, units.currency)
    return {place: amount for place, amount in counted.items() if amount}
