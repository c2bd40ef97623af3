"""The demonstration: everything up, three real calls played, the ledger printed, and served."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config import Settings
from grants.demo import closing
from grants.demo.acts import (
    autumn,
    clermont_2019,
    courts_circuits,
    maison_ess,
    opening,
    scic,
    spring,
    today,
)
from grants.demo.browser import Unexpected
from grants.demo.cast import OPERATOR, PASSWORD
from grants.demo.theatre import Theatre
from grants.kernel.clock import ShiftedClock
from grants.running import up as running

ACTS: tuple[Callable[[Theatre], None], ...] = (
    opening.play,
    scic.play,
    courts_circuits.play,
    maison_ess.play,
    clermont_2019.play,
    spring.play,
    today.play,
    autumn.play,
)


WIDE = 118


@dataclass
class Performance:
    """One run of the play, in its own thread, while the supervisor watches the servers."""

    settings: Settings
    console: Console
    ended: threading.Event = field(default_factory=threading.Event)
    failed: bool = False

    @property
    def mark(self) -> Path:
        """What says that the play was given here, whole."""
        return self.settings.var / "demo" / "played.json"

    def play(self) -> None:
        """Play every act, then print what came of it."""
        try:
            if not self.mark.exists():
                sights = self._play_acts()
                self.mark.parent.mkdir(parents=True, exist_ok=True)
                self.mark.write_text(json.dumps({"acts": len(ACTS), "sights": sights}))
            sights = json.loads(self.mark.read_text()).get("sights", {})
            closing.tell(self.settings, self.console, sights)
        except Exception:  # noqa: BLE001 -- the thread's edge: told, and the command exits 1
            self.failed = True
            self.console.print(traceback.format_exc(), style="red", markup=False)
        finally:
            self.ended.set()

    def _play_acts(self) -> dict[str, str]:
        clock = ShiftedClock(self.settings.var / "clock")
        clock.move_to(opening.CURTAIN)
        add_operator(self.settings)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            bar = progress.add_task("Ouverture", total=len(ACTS))
            theatre = Theatre(
                str(self.settings.base_url),
                clock,
                on_step=lambda words: progress.update(bar, description=words),
            )
            try:
                for act in ACTS:
                    act(theatre)
                    progress.advance(bar)
            finally:
                clock.back_to_present()
                theatre.close()
        return theatre.sights


def add_operator(settings: Settings) -> None:
    """Make the first account, with the command that an installation begins with."""
    command = [sys.executable, "-m", "grants.cli", "user", "add", OPERATOR.email]
    command += ["--name", OPERATOR.name, "--operator", "--password", PASSWORD]
    done = subprocess.run(  # noqa: S603 -- our own command, with our own words
        command, check=False, capture_output=True, text=True, cwd=settings.root
    )
    if done.returncode:
        raise Unexpected(done.stderr)


def main(settings: Settings) -> None:
    """Bring everything up, play, print; then serve until Ctrl-C, or stop at once for a one-shot.

    An interrupted play is given again from the beginning, on an empty stage: only what this
    command itself began is ever removed. A play given before is printed again at once.
    """
    # Wide enough for the table of envelopes, even where the width is not known.
    console = Console(highlight=False, width=max(WIDE, Console().width))
    if not settings.embedded or settings.database_url:
        raise SystemExit("the demonstration runs on the embedded servers: unset DATABASE_URL")
    clear_stage(settings)
    one_shot = settings.demo_oneshot
    with running.up(settings, lambda *_words: None) as site:
        performance = Performance(site.settings, console)
        player = threading.Thread(target=performance.play, daemon=True)
        player.start()
        site.supervisor.watch(
            until=lambda: performance.ended.is_set() and (one_shot or performance.failed)
        )
    if performance.failed:
        raise SystemExit(1)


def clear_stage(settings: Settings) -> None:
    """Remove what an interrupted play left; refuse to touch anything else.

    Raises:
        SystemExit: this checkout holds data that the demonstration did not make.
    """
    folder = settings.var / "demo"
    begun, played = folder / "begun", folder / "played.json"
    if played.exists():
        return
    if (settings.var / "postgres").exists():
        if not begun.exists():
            raise SystemExit(
                f"{settings.var} holds data of your own: play the demonstration elsewhere, "
                "for example LAUREAT_VAR=/tmp/laureat make demo"
            )
        for name in ("postgres", "files", "mailbox", "valkey", "clock"):
            path = settings.var / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    begun.touch()
