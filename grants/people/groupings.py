"""The communes of a grouping (EPCI), asked of the public register of territories.

API découpage administratif, `GET /epcis/{code}/communes`. What it says is kept with the call that
serves the grouping: nobody waits for it on a page.
"""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

ANSWER_MAX = 1024 * 1024
COMMUNES_MAX = 500
"""The largest grouping of France has fewer."""
COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")


class Unanswered(Exception):
    """The register did not answer in time, or not as it should."""


class Groupings:
    """A client of the register at `url`, which gives up after `seconds`."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self._url = url
        self._seconds = seconds

    def communes(self, siren: str) -> list[str]:
        """The INSEE codes of a grouping's communes, sorted; empty when it knows no such one.

        Raises:
            Unanswered: late, unreachable, or unreadable.
        """
        try:
            answer = httpx.get(
                f"{self._url}/epcis/{siren}/communes",
                params={"fields": "code", "format": "json"},
                headers={"Accept": "application/json", "User-Agent": "Laureat (appels a projets)"},
                timeout=self._seconds,
            )
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unanswered("unreachable") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        if answer.status_code != httpx.codes.OK or len(answer.content) > ANSWER_MAX:
            raise Unanswered("refused")
        return _codes(answer.content)


def _codes(body: bytes) -> list[str]:
    try:
        rows: Any = json.loads(body)
        codes = sorted({str(one["code"]) for one in rows})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unanswered("unreadable") from error
    if len(codes) > COMMUNES_MAX or not all(COMMUNE.fullmatch(one) for one in codes):
        raise Unanswered("unreadable")
    return codes
