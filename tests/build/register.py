"""The public register of companies on loopback: it answers what it is told to, as it would."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

SIRET = "73282932000074"
RESULT = {
    "siren": SIRET[:9],
    "nom_complet": "LES JARDINS DE LA BRUNE",
    "nom_raison_sociale": "LES JARDINS DE LA BRUNE",
    "nature_juridique": "9220",
    "date_creation": "2016-10-14",
    "tranche_effectif_salarie": "11",
    "etat_administratif": "A",
    "siege": {
        "siret": SIRET,
        "numero_voie": "12",
        "indice_repetition": None,
        "type_voie": "RUE",
        "libelle_voie": "DES LILAS",
        "code_postal": "63000",
        "libelle_commune": "CLERMONT-FERRAND",
        "commune": "63113",
        "etat_administratif": "A",
    },
    "matching_etablissements": [],
    "complements": {"identifiant_association": "W632001234", "est_ess": True},
}
"""A made-up association, in the fields that are read."""


@dataclass
class Played:
    """A register on loopback: what it answers, and what it was asked."""

    url: str = ""
    body: bytes = b""
    status: int = 200
    drops: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def a_register(answer: Any = None) -> Iterator[Played]:
    """A register that gives this answer, RESULT unless told otherwise, for the block's time."""
    played = Played(body=json.dumps(answer or {"results": [RESULT], "total_results": 1}).encode())

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            assert parts.path == "/search"
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            played.asked.append({**query, "agent": self.headers["User-Agent"]})
            self.send_response(played.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if played.drops:
                self._drop_by_drop()
            else:
                self.wfile.write(played.body)

        def _drop_by_drop(self) -> None:
            for at in range(len(played.body)):
                time.sleep(played.drops)
                try:
                    self.wfile.write(played.body[at : at + 1])
                    self.wfile.flush()
                except OSError:
                    return

        def log_message(self, *_words: object) -> None:
            """Be quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    played.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
