"""The public file of deliberations passes the schema that it claims."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from build.decisions import PLAN_OF_2016, a_deliberation, a_refusal, a_scene, an_award
from grants.decisions.queries import SCDL_COLUMNS, scdl

SCHEMA = Path("/work/shared/reference/data/scdl-deliberations-schema.json")
SIRET = "24630070100020"


def announced(session, **given):
    scene = a_scene(session)
    scene.funder.siret = SIRET
    vote = replace(PLAN_OF_2016, not_taking_part=1, votes_for=80, abstentions=5)
    items = an_award(scene), a_refusal(scene)
    return a_deliberation(session, scene, *items, vote=vote, announced=True, **given)


def test_a_line_says_the_vote_its_transmission_and_the_year_of_its_money(session):
    one = announced(session, number="DEL1")
    secret = a_deliberation(session, a_scene(session), number="DEL2")
    (line,) = [line for line in scdl(session) if line["DELIB_ID"] in {"DEL1", secret.number}]
    told = {name: line[name] for name in SCDL_COLUMNS if name.startswith(("VOTE", "PREF", "BUD"))}
    assert told == {
        "BUDGET_ANNEE": "2018",
        "BUDGET_NOM": "",
        "PREF_ID": "",
        "PREF_DATE": one.transmitted_on.isoformat(),
        "VOTE_EFFECTIF": "89",
        "VOTE_REEL": "85",
        "VOTE_POUR": "80",
        "VOTE_CONTRE": "0",
        "VOTE_ABSTENTION": "5",
    }


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema is not at hand")
def test_the_file_has_the_columns_and_the_values_of_the_schema(session, client):
    announced(session)
    answer = client.get("/resultats/deliberations.csv")
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    fields = json.loads(SCHEMA.read_text())["fields"]
    assert list(lines[0]) == [one["name"] for one in fields] == list(SCDL_COLUMNS)
    for line in lines:
        for field in fields:
            value, rule = line[field["name"]], field.get("constraints") or {}
            assert value or not rule.get("required"), field["name"]
            if value:
                assert re.search(rule.get("pattern", ""), value), field["name"]
                {"date": date.fromisoformat, "integer": int}.get(field["type"], str)(value)
