"""Many connections at once on the same envelopes: a small version of what the bench measures."""

from __future__ import annotations

from tests.bench import mixed


def test_nobody_breaks_the_books_however_many_come_at_once(fresh_url, monkeypatch):
    for name, value in (("CONNECTIONS", 16), ("ENVELOPES", 4)):
        monkeypatch.setattr(mixed, name, value)
    found = mixed.measure(fresh_url, operations=480)
    assert found.broken == ()
    assert found.retries <= 3
    assert found.answers["booked"] > 100
    assert len(found.answers) > 3  # refusals of several kinds
