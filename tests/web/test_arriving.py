"""A call that comes as a file: it arrives whole, or each line that stands in the way is told."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
import yaml
from sqlalchemy import select

from build.calls import a_call_from_template, an_officer_of
from build.people import a_funder, a_funder_member
from build.reading import words
from grants.calls import queries, workbench
from grants.calls.arrival import CHARACTERS_MAX, VALUES_MAX, mistakes, read_yaml
from grants.calls.exchange import exported
from grants.calls.models import Call, CallState
from grants.calls.reading import Malformed

HERE = "/instruction/appels/fichier"


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def officer(session, lead, as_person):
    return as_person(a_funder_member(session, lead))


@pytest.fixture
def sent(officer, lead):
    return lambda text: send(officer, lead, text)


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    return {}


@pytest.fixture
def file(session, kept) -> str:
    """Courts-circuits as another authority exported it."""
    if not kept:
        other = a_funder(session)
        call = a_call_from_template(session, "courts_circuits", m2a=other, published=False)
        found = queries.written(session, call.id, viewer=an_officer_of(other))
        revision = workbench.newest_revision(session, call.id)
        kept["text"] = exported(found, revision.form, revision.document)
    return kept["text"]


def told_by(answer) -> str:
    """What the page says, entities and thin spaces made plain."""
    return " ".join(unescape(words(answer)).split())


def send(officer, lead, text: str | bytes, **more):
    content = text if isinstance(text, bytes) else text.encode()
    data = {"lead": str(lead.id), "file": (io.BytesIO(content), "appel.yaml"), **more}
    return officer.post(HERE, data=data, content_type="multipart/form-data")


def test_a_file_becomes_a_draft_of_one_s_own(session, lead, officer, file):
    partner = a_funder(session, name="Ville de Saint-Aubin")
    session.flush()
    assert "Importer un fichier" in officer.get("/instruction/appels/nouveau").text
    answer = send(officer, lead, file, slug="courts-circuits-b", partners=[str(partner.id)])
    assert answer.status_code == 303, answer.text
    made = session.scalars(select(Call).where(Call.slug == "courts-circuits-b")).one()
    assert answer.location.endswith(f"/instruction/appels/{made.id}/atelier")
    found = queries.written(session, made.id, viewer=an_officer_of(lead))
    assert [one.funder_id for one in found.funders] == [lead.id, partner.id]
    assert made.state is CallState.DRAFT
    again = officer.get(f"/instruction/appels/{made.id}/atelier/export.yaml").text
    before = yaml.safe_load(file)
    after = yaml.safe_load(again)
    for one in (before, after):
        del one["call"], one["funders"]
    assert after == before


def test_each_mistake_is_told_with_its_line_in_french(session, lead, officer, file):
    lines = file.splitlines()
    weight = next(at for at, one in enumerate(lines, 1) if one.strip().startswith("weight:"))
    lines[weight - 1] = re.sub(r"weight: .*", "weight: beaucoup", lines[weight - 1])
    kind = next(at for at, one in enumerate(lines, 1) if one.startswith("kind:"))
    lines[kind - 1] = "kind: loterie"
    answer = send(officer, lead, "\n".join(lines) + "\nsurprise: 1\n")
    assert answer.status_code == 422
    told = told_by(answer)
    assert f"Ligne {kind}, kind : " in told
    said = r"jury 1, critère 1, weight : écrivez un nombre entier, au moins 1"
    assert re.search(rf"Ligne {weight}, étape \d, {said}", told)
    assert f"Ligne {len(lines) + 1}, surprise : " in told
    assert "3 choses" in told
    assert session.scalars(select(Call).where(Call.slug == "courts-circuits-2018")).all() == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda text: "", "Choisissez le fichier|n’est pas le fichier d’un appel"),
        (lambda text: b"\xff\xfe\x00", "n’est pas le fichier d’un appel"),
        (lambda text: "[" * 5000, "Ligne 1 : cette ligne n’est pas écrite"),
        (lambda text: "a: &a [x, x]\nb: &b [*a, *a]\n", "Ligne 2 : cette ligne n’est pas écrite"),
        (lambda text: text + "key: deux\n", r"Ligne \d+ : cette ligne n’est pas écrite"),
        (lambda text: 'key: "a\\0b"\n', "Ligne 1, key : il y a ici un caractère"),
        (lambda text: f"key: {'9' * 5000}\n", "un nombre ou une date illisible"),
        (lambda text: "key: 2018-99-99\n", "un nombre ou une date illisible"),
        (lambda text: "- a\n", "pas fait comme il faut"),
        (lambda text: "x" * (CHARACTERS_MAX + 1), "trop long"),
        (lambda text: "- a\n" * (VALUES_MAX + 1), f"Ligne {VALUES_MAX} : cette ligne"),
        (
            lambda text: re.sub(r"opens_at: .*", "opens_at: '0001-01-01T00:00:00+14:00'", text),
            "opens_at : écrivez un jour et une heure avec son fuseau",
        ),
        (lambda text: re.sub(r"closes_at: .*", "closes_at: 1950-01-01T00:00:00Z", text), "avant"),
        (lambda text: re.sub(r"quorum: .*", "quorum: 99999999999", text), "au plus 9999"),
        (lambda text: re.sub(r"weight: .*", "weight: 0", text), "au moins 1"),
        (
            lambda text: re.sub(r"number_prefix: .*", "number_prefix: c'est long", text),
            "12 au plus",
        ),
        (lambda text: re.sub(r"slug: .*", "slug: Été 2018", text), "80 au plus"),
        (lambda text: re.sub(r"slug: .*", "slug: ''", text), r"Ligne \d+, slug : il manque"),
        (lambda text: 'key: !!int ""\n', "un nombre ou une date illisible"),
        (lambda text: "key: !!bool peut-être\n", "un nombre ou une date illisible"),
        (lambda text: "key: !!timestamp demain\n", "un nombre ou une date illisible"),
        (lambda text: f'{text}"stages[x]": 1\n', r"Ligne \d+, stages : "),
        (lambda text: "form: {sections: [{fields: [{key: [a]}]}]}\n", "key : écrivez un texte"),
    ],
    ids=range(23),
)
def test_a_file_of_nonsense_is_told_and_stores_nothing(session, sent, file, spoil, reason):
    before = len(session.scalars(select(Call.id)).all())
    answer = sent(spoil(file))
    assert answer.status_code == 422, answer.text[:300]
    assert re.search(reason, told_by(answer)), told_by(answer)
    assert len(session.scalars(select(Call.id)).all()) == before


def test_what_the_domain_refuses_is_told_beside_its_field(session, lead, officer, file):
    a_call_from_template(session, "scic_creation", published=False).slug = "deja-prise"
    session.flush()
    taken = send(officer, lead, file, slug="deja-prise")
    assert taken.status_code == 409
    assert "deja-prise" in told_by(taken)
    alone = send(officer, lead, file, slug="x", partners=[str(lead.id)])
    assert alone.status_code == 422
    assert "n’est pas son propre partenaire" in told_by(alone)
    lost = re.sub(r"  opens_at: .*\n", "", file)
    assert send(officer, lead, lost, slug="x").status_code == 409


def test_only_an_officer_of_the_lead_brings_a_call_in(session, lead, officer, file):
    foreign = a_funder(session)
    session.flush()
    answer = send(officer, foreign, file, slug="x")
    assert answer.status_code == 422


def test_a_date_without_quotation_marks_is_kept_as_any_other_text():
    value = read_yaml("form: {earliest: 2018-11-30}\nopens_at: 2018-11-30T23:00:00Z\n")
    assert value == {
        "form": {"earliest": "2018-11-30"},
        "opens_at": "2018-11-30T23:00:00+00:00",
    }


def test_a_path_that_is_not_there_has_the_line_of_what_holds_it():
    text = "a:\n  b:\n    - c: 1\n"
    (found,) = mistakes(text, ("f.a.b[0].d: is missing",), name="f")
    assert (found.line, found.path, found.why) == (3, "a.b[0].d", "is missing")
    with pytest.raises(Malformed, match="line 2"):
        read_yaml("a: 1\na: 2\n")
