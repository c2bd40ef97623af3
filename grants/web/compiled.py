"""Templates, compiled once for all processes: to compile the site's takes seconds of each."""

from __future__ import annotations

from jinja2 import BytecodeCache, FileSystemBytecodeCache


def compiled_templates() -> BytecodeCache | None:
    """What keeps compiled templates between processes; None where there is no safe place for it.

    In the temporary folder of the account, in one that Jinja makes for it alone and refuses if
    anybody else could write there: what it reads back is run. A template that changed is compiled
    again, for what is kept names the digest of its source.
    """
    try:
        return FileSystemBytecodeCache()
    except (OSError, RuntimeError):
        return None
