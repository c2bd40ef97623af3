"""The curtain: the ledger as it stands, whether it holds, and where to look."""

from __future__ import annotations

from rich.console import Console

from config import Settings


def tell(settings: Settings, console: Console) -> None:
    """Print each envelope, the ledger's verdict, who to sign in as, and what to open."""
    console.print(f"\n  Lauréat  {settings.base_url}")
