"""What people type, in the ways they type it, becomes one value or a problem that can be told."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.calls.form import Field, FieldType, FormDocument, Problem, clean

CHOICES = [
    {"key": "a", "label_fr": "A", "label_en": "A"},
    {"key": "b", "label_fr": "B", "label_en": "B"},
    {"key": "c", "label_fr": "C", "label_en": "C"},
]
CELLS = [
    {"key": key, "type": kind, "label_fr": key, "label_en": key, "required": False}
    for key, kind in (("label", "short_text"), ("amount", "money"), ("name", "date"))
]
WITH_CHOICES = {FieldType.CHOICE, FieldType.CHOICES}


def a_field(kind: FieldType | str, **limits: object) -> Field:
    kind = FieldType(kind)
    if kind in WITH_CHOICES:
        limits.setdefault("choices", CHOICES)
    if kind is FieldType.TABLE:
        limits.setdefault("columns", CELLS)
    if kind is FieldType.GROUP:
        limits.setdefault("fields", CELLS)
    written = {"key": "x", "type": kind.value, "label_fr": "X", "label_en": "X", "limits": limits}
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": [written]}
    return next(FormDocument.parse({"sections": [section]}).fields())


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 234,56 €", 123456),
        ("1\u00a0234,56\u00a0€", 123456),
        ("1\u202f234,56\u202f€", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1234.56", 123456),
        ("1234,5", 123450),
        ("1.234", 123400),
        ("1.234.567", 123456700),
        ("1 234 567", 123456700),
        ("12 euros", 1200),
        ("0", 0),
        ("10 000", 1_000_000),
        ("5000,00", 500_000),
        (123456, 123456),
    ],
)
def test_money_is_read_as_people_write_it(typed, cents):
    assert clean(a_field("money"), typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1,234", "form.too_many_decimals"),
        ("12,345 €", "form.too_many_decimals"),
        ("12 34", "form.number_unreadable"),
        ("1 234.567,8", "form.number_unreadable"),
        ("beaucoup", "form.number_unreadable"),
        ("1e5", "form.number_unreadable"),
        ("٣", "form.number_unreadable"),
        ("-5", "form.negative"),
        ("−5", "form.negative"),
        ("99 999 999 999 999 999", "form.number_too_large"),
        ("€", "form.number_unreadable"),
    ],
)
def test_money_that_could_mean_two_things_is_not_guessed(typed, code):
    assert clean(a_field("money"), typed).code == code


def test_bounds_are_in_the_smallest_part():
    field = a_field("money", min=10_000, max=500_000)
    assert clean(field, "99,99").code == "form.below_min"
    assert clean(field, "100") == 10_000
    assert clean(field, "5000") == 500_000
    problem = clean(field, "5000,01")
    assert (problem.code, dict(problem.facts)) == (
        "form.above_max",
        {"max": 500_000, "unit": "EUR"},
    )


@pytest.mark.parametrize("typed", ["350", "350 m²", "350 m2", " 350\u202fm²"])
def test_floor_area_is_whole(typed):
    assert clean(a_field("quantity"), typed) == 350
    assert clean(a_field("quantity"), "350,5").code == "form.too_many_decimals"


@pytest.mark.parametrize(
    ("typed", "decimals", "value"),
    [("12", 0, 12), ("-3", 0, -3), ("2,5", 2, "2.5"), ("2.50", 2, "2.5"), ("1.234", 3, "1.234")],
)
def test_numbers_keep_their_decimals_as_text(typed, decimals, value):
    assert clean(a_field("number", decimals=decimals), typed) == value


@pytest.mark.parametrize(
    "typed",
    ["14/10/2016", "14-10-2016", "14.10.2016", "2016-10-14", "14 octobre 2016", "14 Octobre 2016"],
)
def test_days_are_read_as_people_write_them(typed):
    assert clean(a_field("date"), typed) == "2016-10-14"


def test_accents_of_months_may_miss():
    assert clean(a_field("date"), "1er fevrier 2018") == "2018-02-01"
    assert clean(a_field("date"), "1er août 2018") == "2018-08-01"


@pytest.mark.parametrize("typed", ["31/02/2018", "14/10/16", "10/2018", "demain", "0000-01-01"])
def test_days_that_do_not_exist_are_refused(typed):
    assert clean(a_field("date"), typed).code == "form.date_unreadable"


def test_days_have_bounds():
    field = a_field("date", earliest="2018-01-01", latest="2018-12-31")
    assert clean(field, "31/12/2017").code == "form.date_too_early"
    assert clean(field, "01/01/2019").code == "form.date_too_late"


@pytest.mark.parametrize("typed", ["356 000 000 00048", "35600000000048", "356.000.000.00048"])
def test_la_poste_has_its_own_siret(typed):
    assert clean(a_field("siret"), typed) == "35600000000048"
    assert clean(a_field("siret"), "356 000 000 09075") == "35600000009075"


def test_a_wrong_siret_says_why():
    assert clean(a_field("siret"), "130 025 265 00013") == "13002526500013"
    assert clean(a_field("siret"), "13002526500014").code == "form.siret_check"
    assert clean(a_field("siret"), "130 025 265").facts == {"digits": 9}


@pytest.mark.parametrize(
    "typed", ["W681234567", "w68 1234567", "W2A1000123", "W2B2001234", "W9R1000001"]
)
def test_an_association_has_a_number_corsica_and_overseas_too(typed):
    assert clean(a_field("rna"), typed) == typed.replace(" ", "").upper()


@pytest.mark.parametrize("typed", ["W68123456", "681234567", "W2C1000123", "W6812345678"])
def test_other_numbers_are_not_an_association_s(typed):
    assert clean(a_field("rna"), typed).code == "form.rna"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("03 89 00 00 00", "0389000000"),
        ("+33 3 89 00 00 00", "0389000000"),
        ("0033 (0)3.89.00.00.00", "0389000000"),
        ("+41 61 000 00 00", "+41610000000"),
    ],
)
def test_phones_have_one_form(typed, value):
    assert clean(a_field("phone"), typed) == value


@pytest.mark.parametrize("typed", ["12", "03 89 00 00", "+33 389", "téléphone"])
def test_other_digits_are_not_a_phone(typed):
    assert clean(a_field("phone"), typed).code == "form.phone"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("www.example.org", "https://www.example.org"),
        ("http://example.org/a?b=c", "http://example.org/a?b=c"),
        ("https://été.example", "https://été.example"),
    ],
)
def test_a_page_may_be_written_without_https(typed, value):
    assert clean(a_field("url"), typed) == value


@pytest.mark.parametrize(
    "typed",
    ["javascript:alert(1)", "javascript://example.org", "https://a b.org", "ftp://example.org",
     "https://[::1", "localhost", "https://user@example.org"],
)  # fmt: skip
def test_other_addresses_are_refused(typed):
    assert clean(a_field("url"), typed).code == "form.url"


def test_words_are_counted_as_a_reader_does():
    field = a_field("long_text", words_max=4)
    assert clean(field, "L’eau — la terre :\r\n le feu").facts["words"] == 5
    assert clean(field, " L’eau — la terre ! ") == "L’eau — la terre !"


def test_invisible_characters_never_reach_the_database():
    assert clean(a_field("short_text"), "a\x00b\ud800c\te") == "a bc e"
    assert clean(a_field("short_text"), "\x00") is None
    assert clean(a_field("long_text"), "un\r\ndeux\rtrois") == "un\ndeux\ntrois"
    assert clean(a_field("short_text"), "e\u0301") == "é"


def test_a_line_too_long_says_by_how_much():
    problem = clean(a_field("short_text", characters_max=3), "abcde")
    assert dict(problem.facts) == {"length": 5, "max": 3, "excess": 2}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Mulhouse", ("Mulhouse", "", "")),
        ("68100 Mulhouse", ("Mulhouse", "", "68100")),
        ("Mulhouse (68224)", ("Mulhouse", "68224", "")),
        ("20000 Ajaccio (2A004)", ("Ajaccio", "2A004", "20000")),
    ],
)
def test_a_commune_has_a_name_and_perhaps_codes(typed, value):
    name, code, postcode = value
    found = clean(a_field("commune"), typed)
    assert found == {"name": name, "code": code, "postcode": postcode}


def test_an_address_is_whole_or_says_what_lacks():
    whole = {"street": "2 rue du Canal", "postcode": "68100", "city": "Mulhouse"}
    field = a_field("address")
    assert clean(field, whole) == whole
    assert clean(field, "2 rue du Canal\n68100 Mulhouse") == whole
    assert clean(field, {**whole, "postcode": " "}).code == "form.address_without_postcode"
    assert clean(field, {**whole, "postcode": "6810"}).code == "form.postcode"
    assert clean(field, {"street": " "}) is None


def test_choices_are_kept_once_in_the_form_s_order():
    field = a_field("choices", min=2, max=2)
    assert clean(field, ["c", "a", "c"]) == ["a", "c"]
    assert clean(field, ["a"]).code == "form.too_few_choices"
    assert clean(field, ["a", "b", "c"]).code == "form.too_many_choices"
    assert clean(field, ["z"]).code == "form.choice_unknown"
    assert clean(field, []) is None
    assert clean(a_field("choice"), "b") == "b"
    assert clean(a_field("choice"), "z").code == "form.choice_unknown"


def test_no_is_an_answer():
    field = a_field("yes_no")
    assert clean(field, "non") is False
    assert clean(field, "Oui") is True
    assert clean(field, "") is None
    assert clean(field, "peut-être").code == "form.choice_unknown"


def test_an_email_is_checked_and_kept():
    assert clean(a_field("email"), " Ana@Example.ORG ") == "Ana@example.org"
    assert clean(a_field("email"), "ana@").code == "form.email"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.floats(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["street", "postcode", "city", "name", "code", "charges", "products", "account",
             "label", "amount", "other"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
TYPED = st.text(alphabet="0123456789 .,'-+€/W2ABm²eéx:@\u00a0\u202f\n\t()", max_size=24)


@pytest.mark.parametrize("kind", FieldType)
@settings(max_examples=120, deadline=None)
@given(raw=ANYTHING | TYPED)
def test_cleaning_never_raises_and_is_done_once_for_all(kind, raw):
    field = a_field(kind)
    value = clean(field, raw)
    if isinstance(value, Problem):
        assert value.code.startswith("form.")
    else:
        assert clean(field, value) == value
        stored = json.dumps(value, ensure_ascii=False)
        assert clean(field, json.loads(stored)) == value
        assert "\\u0000" not in stored
        stored.encode()


@pytest.mark.parametrize(
    "typed",
    [
        "FR76 3000 6000 0112 3456 7890 189",
        "fr7630006000011234567890189",
        "IBAN: FR76-3000-6000-0112-3456-7890-189",
        "FR76\u00a03000\u202f6000 0112 3456 7890 189",
    ],
)
def test_an_iban_is_read_as_people_copy_it(typed):
    assert clean(a_field("iban"), typed) == "FR7630006000011234567890189"


@pytest.mark.parametrize(
    "typed",
    [
        "FR76 3000 6000 0112 3456 7890 188",
        "FR76",
        "ZZ00",
        "12345",
        "é" * 12,
        "F" * 90,
        "FR" + "٣" * 25,
    ],
)
def test_a_wrong_iban_is_told_without_being_repeated(typed):
    problem = clean(a_field("iban"), typed)
    assert problem.code == "form.iban"
    assert not problem.facts


def test_rows_keep_what_they_hold_and_blank_ones_go():
    raw = [
        {"label": " Chaises ", "amount": "1 200,50 €", "name": ""},
        {"label": "", "amount": "", "name": ""},
        "nonsense",
        {"name": "14/10/2018", "other": "x"},
    ]
    assert clean(a_field("table"), raw) == [
        {"label": "Chaises", "amount": 120_050},
        {"name": "2018-10-14"},
    ]
    assert clean(a_field("group"), [{}, {"label": " "}]) is None


def test_a_wrong_cell_says_where_it_stands():
    problem = clean(a_field("table"), [{"label": "a"}, {"amount": "cher"}])
    assert problem.code == "form.number_unreadable"
    assert (problem.facts["row"], problem.facts["cell"]) == (2, "amount")
    problem = clean(a_field("table", max=1), [{"label": "a"}, {"label": "b"}])
    assert (problem.code, dict(problem.facts)) == ("form.too_many_rows", {"max": 1, "rows": 2})


def test_a_budget_of_several_years_keeps_each_and_their_sum():
    raw = {"charges": [{"account": "60", "label": "Bois", "amounts": ["100", "", "50"]}]}
    assert clean(a_field("budget", years=3), raw)["charges"] == [
        {"account": "60", "label": "Bois", "amount": 150, "amounts": [100, 0, 50]}
    ]
    grown = {"charges": [{"account": "60", "label": "Bois", "amount": 100}]}
    assert clean(a_field("budget", years=2), grown)["charges"][0]["amounts"] == [100, 0]
    assert "amounts" not in clean(a_field("budget"), raw | grown)["charges"][0]
