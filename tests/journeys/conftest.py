"""One browser for all journeys, and one site for the long ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from journeys.eyes import READINGS
from journeys.stage import Stage, a_stage

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
PATIENCE_MS = 30_000
"""How long a page may take to say what is expected: Playwright's five seconds are little where
each core serves a browser, a site and its workers."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process a browser of someone's own: else each page that follows about:blank, and each
    # first page, starts one, which takes as long as drawing it. Browsers never share one.
    "--renderer-process-limit=1",
]


@pytest.fixture(scope="package", autouse=True)
def readings(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
    """What one process of the run has read with axe, the others do not read again."""
    if hasattr(request.config, "workerinput"):
        READINGS.share(tmp_path_factory.getbasetemp().parent / "readings")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else Playwright's own (`.ci/system` sees to it).

    Its headless shell comes first: the whole browser takes half as much processor time again.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site(
    tmp_path_factory: pytest.TempPathFactory, made_var: Path, chromium: Browser
) -> Iterator[Stage]:
    """The running site that the journeys share."""
    with a_stage(tmp_path_factory.mktemp("journeys"), made_var, chromium) as stage:
        yield stage


@pytest.fixture
def stage(site: Stage) -> Iterator[Stage]:
    """The same, and what was seen on the way is the last word of each journey."""
    site.eyes.faults.clear()
    yield site
    for context in site.chromium.contexts:
        context.close()
    assert site.eyes.faults == []
