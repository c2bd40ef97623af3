"""The floor: a call's page and an officer's list as someone in a hurry writes them by hand.

Flask, psycopg, two statements a page, Jinja with autoescape; no forms, rules, languages,
navigation or headers. What Lauréat does more, it costs.
"""

from __future__ import annotations

import hashlib
import os
import threading
from typing import Any

import psycopg
from flask import Flask, abort, render_template_string, request
from psycopg.rows import dict_row

SKIN = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/x.css"></head><body><header><a href="/">Accueil</a></header><main>
<h1>{{ title }}</h1>"""
CALL = (
    SKIN
    + """<p>{{ call.summary_fr }}</p>{% for one in call.body_fr.split("\n\n") %}<p>{{ one }}</p>
{% endfor %}<p>{{ call.opens_at }} – {{ call.closes_at }}</p><ul>{% for one in funders %}
<li>{{ one.name }}</li>{% endfor %}</ul></main></body></html>"""
)
LIST = (
    SKIN
    + """<form method="post"><table>{% for one in rows %}<tr><td><input type="checkbox" name="id"
value="{{ one.id }}" data-tick></td><td><a href="/{{ one.id }}">{{ one.number }}</a></td>
<td>{{ one.title }}</td><td>{{ one.name }}</td><td>{{ one.requested / 100 }}</td>
<td>{{ one.state }}</td><td>{{ one.submitted_at.date() }}</td><td>{{ one.mean }}</td></tr>
{% endfor %}</table></form></main></body></html>"""
)
CALL_SQL = "SELECT * FROM call WHERE slug = %s"
FUNDERS_SQL = """SELECT f.name FROM funder f JOIN call_funder c ON c.funder_id = f.id
    WHERE c.call_id = %s ORDER BY c.position"""
WHO_SQL = """SELECT p.id FROM sign_in s JOIN person p ON p.id = s.person_id
    JOIN funder_member m ON m.person_id = p.id WHERE s.token_hash = %s"""
LIST_SQL = """SELECT a.id, a.number, a.title, p.name, a.requested, a.state, a.submitted_at,
    (SELECT avg(r.total) FROM review r WHERE r.application_id = a.id AND r.state = 'final') AS mean
    FROM application a JOIN person p ON p.id = a.author_id
    WHERE a.call_id = %s AND a.submitted_at IS NOT NULL ORDER BY a.place LIMIT %s"""


def application() -> Flask:
    """Two pages."""
    app = Flask("floor")
    address = os.environ["DATABASE_URL"].replace("+psycopg", "", 1)
    kept = threading.local()

    def connection() -> Any:
        if not hasattr(kept, "connection"):
            kept.connection = psycopg.connect(address, row_factory=dict_row, autocommit=True)
        return kept.connection

    @app.get("/appels/<slug>")
    def call(slug: str) -> str:
        db = connection()
        found = db.execute(CALL_SQL, [slug]).fetchone() or abort(404)
        funders = db.execute(FUNDERS_SQL, [found["id"]]).fetchall()
        return render_template_string(CALL, title=found["title_fr"], call=found, funders=funders)

    @app.get("/instruction/appels/<uuid:call_id>/dossiers")
    def listing(call_id: Any) -> str:
        token = hashlib.sha256(request.cookies["laureat-entree"].encode()).hexdigest()
        db = connection()
        db.execute(WHO_SQL, [token]).fetchone() or abort(404)
        rows = db.execute(LIST_SQL, [call_id, request.args.get("size", 50, int)]).fetchall()
        return render_template_string(LIST, title="Dossiers", rows=rows)

    return app
