"""What many tests of juries begin with: a panel, its officer, its first member."""

from __future__ import annotations

import pytest

from build.juries import a_panel, as_juror
from build.people import acting_as


@pytest.fixture
def panel(session):
    return a_panel(session)


@pytest.fixture
def officer(session, panel):
    return acting_as(session, panel.officer)


@pytest.fixture
def juror(session, panel):
    return as_juror(session, panel.jurors[0])
