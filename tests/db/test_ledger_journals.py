"""The report, and the journals that other people's programs accept with the same balances."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from beancount import loader
from beancount.core import realization

from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit
from grants.ledger.journals import Format, export
from grants.ledger.operations import CREDIT_STAGES, Section
from grants.ledger.report import report

# hledger reads files in the encoding of its locale.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
BEAN_CHECK = str(Path(sys.executable).parent / "bean-check")


@pytest.fixture
def clermont(session):
    """Two years of three units, every stage, and labels that no program likes."""
    funder = a_funder(session, key="clermont")
    book = a_book(session, funder, 2018)
    direct = an_envelope(session, book, label="Soutien: direct  « ; »", voted=60_000_00)
    shares = an_envelope(
        session, book, label="Parts | SCIC", section=Section.CAPITAL, voted=20_000_01
    )
    area = an_envelope(session, book, label="Maison de l’ESS", unit=Unit.SQUARE_METRE, voted=4000)
    hours = an_envelope(session, book, label="Œuvre à l’heure", unit=Unit.HOUR, voted=12)
    award = an_award(session, direct.id, 10_000_07, until="pay")
    booked(session, "claim_back", direct.id, 3_00, award, reason='Avis "n° 3"; \\ | \n suite')
    booked(session, "recover", direct.id, 1_00, award)
    booked(session, "commit", direct.id, 5_00, uuid4())
    booked(session, "order", shares.id, 10_000_00, an_award(session, shares.id, 10_000_01))
    booked(session, "reserve", area.id, 500)
    booked(session, "lapse", hours.id, 3)
    new = an_envelope(session, a_book(session, funder, 2019), label="Direct", voted=9)
    booked(session, "carry_over", direct.id, 7_00, to=new.id)
    return funder


def test_the_report_is_as_published(session, clermont):
    told = json.loads(json.dumps(report(session, "clermont", 2018)))
    assert (told["funder"], told["year"]) == ("clermont", 2018)
    assert told["envelopes"][0] == {
        "label": "Soutien: direct  « ; »",
        "unit": "EUR",
        "section": "operating",
        "voted": 60_000_00,
        "available": 49_987_93,
        "reserved": 0,
        "committed": 5_00,
        "ordered": 0,
        "paid": 10_000_07,
        "carried": 7_00,
    }
    assert [(one["unit"], one["section"]) for one in told["envelopes"]] == [
        ("EUR", "operating"),
        ("EUR", "capital"),
        ("m2", "none"),
        ("hour", "none"),
    ]
    assert told["envelopes"][3]["lapsed"] == 3


def test_the_stages_of_every_envelope_add_up_to_what_was_voted(session, clermont):
    for year in (2018, 2019):
        for line in report(session, "clermont", year)["envelopes"]:
            assert sum(line.get(stage.value, 0) for stage in CREDIT_STAGES) == line["voted"]


@pytest.mark.parametrize(("key", "year"), [("clermont", 2031), ("nowhere", 2018)])
def test_there_is_no_report_of_a_book_that_is_not_open(session, clermont, key, year):
    with pytest.raises(Unknown):
        report(session, key, year)


def run(command: list[object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", timeout=60, env=ENVIRONMENT
    )


def reported(session) -> dict[tuple[str, str, str], int]:
    """Balances of the report under (year, rank of the envelope, stage), zeros left out."""
    found = {}
    for year in (2018, 2019):
        for rank, line in enumerate(report(session, "clermont", year)["envelopes"], start=1):
            for stage in CREDIT_STAGES:
                if line.get(stage.value):
                    found[str(year), f"{rank:02}", stage.value] = line[stage.value]
    return found


def keyed(name: str) -> tuple[str, str, str]:
    _root, book, envelope, stage, *_award = name.split(":")
    return book[-4:], envelope[1:3], stage.lower().replace("-", "_")


def smallest(amount: Decimal, commodity: str) -> int:
    return int(amount * 100) if commodity == "EUR" else int(amount)


def written(session, tmp_path, style: Format) -> Path:
    file = tmp_path / f"journal.{style}"
    lines = "\n".join(export(session, style))
    file.write_text(lines + "\n", encoding="utf-8")
    return file


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_accepts_the_journal_and_counts_the_same(session, clermont, tmp_path):
    file = written(session, tmp_path, Format.HLEDGER)
    assert run(["hledger", "check", "--strict", "-f", file]).returncode == 0
    asked = ["hledger", "balance", "-f", file, "--flat", "--no-total", "-O", "csv", "--layout=bare"]
    told = run(asked).stdout
    counted: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for name, commodity, amount in re.findall(r'^"([^"]+)","([^"]*)","([^"]+)"$', told, re.M)[1:]:
        counted[keyed(name)] += smallest(Decimal(amount), commodity)
    assert {place: n for place, n in counted.items() if place in reported(session)} == reported(
        session
    )
    changed = tmp_path / "changed.journal"
    changed.write_text(file.read_text(encoding="utf-8").replace("10000.07", "10000.08", 1))
    assert run(["hledger", "check", "-f", changed]).returncode != 0


def test_beancount_accepts_the_journal_and_counts_the_same(session, clermont, tmp_path):
    file = written(session, tmp_path, Format.BEANCOUNT)
    assert run([BEAN_CHECK, file]).returncode == 0
    entries, errors, _options = loader.load_file(str(file))
    assert errors == []
    counted: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for real in realization.iter_children(realization.realize(entries)):
        for position in real.balance:
            units = position.units
            counted[keyed(real.account)] += smallest(units.number, units.currency)
    assert {place: n for place, n in counted.items() if place in reported(session)} == reported(
        session
    )
    changed = tmp_path / "changed.beancount"
    changed.write_text(file.read_text(encoding="utf-8").replace("10000.07", "10000.08", 1))
    assert run([BEAN_CHECK, changed]).returncode != 0


def test_a_journal_tells_each_entry_with_its_hash(session, clermont):
    lines = list(export(session, Format.BEANCOUNT, "clermont", 2019))
    assert [line for line in lines if line.startswith("  entry:")] == [
        '  entry: "clermont 2019 1"',
        '  entry: "clermont 2019 2"',
    ]
    assert sum(line.startswith("  hash:") for line in lines) == 2


@pytest.mark.parametrize("style", Format)
def test_an_empty_ledger_gives_a_journal_all_the_same(session, tmp_path, style):
    file = written(session, tmp_path, style)
    tool = ["hledger", "check", "-f"] if style is Format.HLEDGER else [BEAN_CHECK]
    if shutil.which(tool[0]):
        assert run([*tool, file]).returncode == 0
