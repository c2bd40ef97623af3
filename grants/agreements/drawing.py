"""A mark drawn on a screen: lines between points, checked, and written anew as a picture. Pure."""

from __future__ import annotations

import re

WIDTH, HEIGHT = 600, 200
PATH_MAX = 12_000
POINTS_MIN = 8
SPAN_MIN = 40
"""A dot or a tick is no signature: it spans a fifteenth of the box at least."""
POINT = re.compile(r"([ML])(\d{1,3}) (\d{1,3})")
PATH = re.compile(r"(?:[ML]\d{1,3} \d{1,3})+")
MEDIA_TYPE = "image/svg+xml"


def is_drawing(path: str) -> bool:
    """Whether a path holds moves and lines alone, inside the box, and enough of them."""
    if len(path) > PATH_MAX or not PATH.fullmatch(path) or not path.startswith("M"):
        return False
    points = [(int(one[2]), int(one[3])) for one in POINT.finditer(path)]
    across, down = [one[0] for one in points], [one[1] for one in points]
    if max(across) > WIDTH or max(down) > HEIGHT or len(points) < POINTS_MIN:
        return False
    return max(max(across) - min(across), max(down) - min(down)) >= SPAN_MIN


def svg(path: str) -> str:
    """The picture of a path that was checked; nothing else of what was sent is in it.

    Raises:
        ValueError: it was not checked.
    """
    if not is_drawing(path):
        raise ValueError("not the path of a drawing")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}"><path d="{path}" fill="none" stroke="#1b1b1b" '
        'stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
