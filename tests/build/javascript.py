"""Our own modules, run as a browser would run them, without a browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from config import ROOT

MODULES = ROOT / "grants" / "web" / "static" / "js"


def run(module: str, expression: str, data: object) -> Any:
    """What a JavaScript expression about `data` gives, once a module without imports is read.

    `data` travels as ASCII, so that lone surrogates arrive as they are.
    """
    node = compute_driver_executable()[0]
    source = (MODULES / module).read_text()
    end = f"const data = {json.dumps(data)};\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(
        [Path(node), "--input-type=module", "-"],
        input=f"{source}\n{end}",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
