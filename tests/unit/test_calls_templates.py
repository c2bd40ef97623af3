"""The schemes that ship are whole, in both languages, and a mistake in one says where it is."""

from __future__ import annotations

from importlib.resources import files

import pytest

from grants.calls.form import FieldRole, FormDocument
from grants.calls.models import CallKind, StageKind
from grants.calls.reading import Malformed
from grants.calls.templates import read_template, template, templates
from grants.kernel.errors import Unknown
from grants.kernel.money import Unit

TEXT = (files("grants.calls") / "catalogue" / "clermont_direct.yaml").read_text("utf-8")


def errors(text: str) -> tuple[str, ...]:
    with pytest.raises(Malformed) as caught:
        read_template(text, name="mine.yaml")
    return caught.value.errors


SHIPPED = [
    "ami_initiatives_territoriales", "ami_maison_ess", "ami_tetes_de_reseaux",
    "bourse_emergence_scop_scic", "chaire_ess", "clermont_direct", "clermont_events",
    "clermont_support_network", "convention_cress", "convention_dla", "convention_mef",
    "convention_urscop", "courts_circuits", "emploi_associatif", "entreprendre_autrement",
    "fabriques_a_projets", "initiatives_habitants", "manifestations_envergure", "mel_makers",
    "prix_innovation_sociale", "scic_creation", "soutien_cae", "soutien_utilite_sociale",
]  # fmt: skip


def test_twenty_three_schemes_ship():
    assert sorted(templates()) == SHIPPED
    assert len(SHIPPED) == 23


@pytest.mark.parametrize("key", sorted(templates()))
def test_each_scheme_asks_for_a_title_and_an_amount_in_its_unit(key):
    scheme = template(key)
    form = FormDocument.parse(scheme.form)
    assert form.by_role(FieldRole.TITLE)
    assert form.by_role(FieldRole.REQUESTED).limits.unit is scheme.unit
    assert {one.key for one in scheme.documents} == {one.key for one in form.files()}
    assert all(
        criterion.anchors
        for stage in scheme.stages
        for jury in stage.juries
        for criterion in jury.criteria
    )


def test_the_catalogue_s_facts_are_in_the_schemes():
    courts, scic = template("courts_circuits"), template("scic_creation")
    assert [one.key for one in courts.funders] == ["m2a", "mulhouse", "mef"]
    assert courts.lead == "m2a"
    kinds = [
        StageKind.SCORING,
        StageKind.MENTORING,
        StageKind.PUBLIC_VOTE,
        StageKind.HEARING,
    ]
    assert [stage.kind for stage in courts.stages] == kinds
    assert (scic.award_rule.instrument, scic.award_rule.amount) == ("equity", 1_000_000)
    assert template("ami_maison_ess").unit is Unit.SQUARE_METRE
    direct = template("clermont_direct")
    assert direct.kind is CallKind.ROLLING
    assert [one.label_fr for one in direct.stages[0].juries[0].criteria] == [
        "Gouvernance partagée et collaborative",
        "Intérêt collectif et social",
        "Création ou maintien de l’emploi",
        "Ancrage sur le périmètre territorial",
    ]


def test_french_typography_is_kept():
    for one in (files("grants.calls") / "catalogue").iterdir():
        for line in one.read_text("utf-8").splitlines():
            if "_fr:" in line:
                assert " ?" not in line, line
                assert "'" not in line.split("_fr:")[1], line


def test_an_unknown_scheme_is_unknown():
    with pytest.raises(Unknown):
        template("nothing")


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("kind: rolling", "kind: yearly", "mine.kind: must be one of aap, ami"),
        ("lead: clermont", "lead: lyon", "mine.lead: lyon is not one of the funders"),
        ("funder: clermont", "funder: lyon", "mine.envelopes: lyon is not one of the funders"),
        ("title_fr: ", "titre_fr: ", "mine.titre_fr: is not a known key here"),
        ("title_fr: ", "titre_fr: ", "mine.title_fr: is missing"),
        ("instrument: grant", "instrument: gift", "mine.award_rule.instrument: must be one of"),
        ("weight: 25", "weight: 0", "criteria[0].weight: must be a whole number, at least 1"),
        ("value: 10", "value: 4", "criteria[0].anchors: must rise and stay within 0 to 10"),
        ("type: budget", "type: sheet", "mine.form: sections[2].fields[2].type: must be one of"),
        ("kind: appraisal", "kind: party", "mine.stages[0].kind: must be one of appraisal"),
        ("key: clermont_direct", "key: [", "mine.yaml: not YAML"),
    ],
)
def test_a_mistake_in_a_scheme_says_where_it_is(before, after, error):
    assert before in TEXT
    found = errors(TEXT.replace(before, after))
    assert any(error in one for one in found), found
