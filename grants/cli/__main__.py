"""`python -m grants.cli`, for where the script is not installed."""

from __future__ import annotations

from grants.cli import main

main()
