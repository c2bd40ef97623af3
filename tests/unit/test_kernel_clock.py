"""Time: Paris outside, UTC inside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from grants.kernel.clock import ShiftedClock, paris_date, paris_instant


def test_a_civil_time_in_paris_becomes_an_instant():
    assert paris_instant(date(2018, 11, 30), 23, 59) == datetime(2018, 11, 30, 22, 59, tzinfo=UTC)
    assert paris_instant(date(2018, 7, 1)) == datetime(2018, 6, 30, 22, 0, tzinfo=UTC)


def test_the_hour_that_march_skips_does_not_exist():
    with pytest.raises(ValueError, match="does not exist"):
        paris_instant(date(2019, 3, 31), 2, 30)


def test_midnight_in_paris_is_already_the_next_day():
    assert paris_date(datetime(2018, 11, 30, 23, 0, tzinfo=UTC)) == date(2018, 12, 1)


def test_a_moved_clock_moves_for_every_reader_of_its_file(tmp_path):
    one, other = ShiftedClock(tmp_path / "clock"), ShiftedClock(tmp_path / "clock")
    one.move_to(datetime(2016, 10, 14, 12, tzinfo=UTC))
    assert abs((other.now() - datetime(2016, 10, 14, 12, tzinfo=UTC)).total_seconds()) < 5
    one.back_to_present()
    assert abs((other.now() - datetime.now(UTC)).total_seconds()) < 5
