"""How Hypothesis tries examples on a machine that has other things to do: without a watch."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
