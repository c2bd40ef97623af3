"""The tracks of a call on pages that rank: the one that is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from grants.calls.models import Track


def asked_track(tracks: Iterable[Track]) -> str:
    """The key of the track that the address names, or nothing: all of them."""
    wanted = request.args.get("track", "")
    return wanted if wanted in {one.key for one in tracks} else ""
