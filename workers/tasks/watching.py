"""Whether the web answers, asked from beside it and written down minute by minute."""

from __future__ import annotations

from urllib.error import URLError
from urllib.request import Request, urlopen

from grants.calls.services import beat
from workers.app import celery, database, now, settings

TIMEOUT_SECONDS = 8
READY = "/health/ready"
OK = 200


@celery.task(name="site.watch")
def watch() -> bool:
    """Note this minute as healthy when the web says that it can serve. A silence is no note."""
    base = settings().base_url
    if base is None or not answers(f"{base}{READY}"):
        return False
    with database().transaction() as session:
        beat(session, now=now())
    return True


def answers(url: str) -> bool:
    """Whether the address answers 200 within a few seconds."""
    request = Request(url, headers={"User-Agent": "laureat-watch"})  # noqa: S310 -- our own address
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == OK)
    except (URLError, OSError):
        return False
