"""Lists of people to invite, as they come out of spreadsheets."""

from __future__ import annotations

import pytest

from grants.juries.models import SeatRole
from grants.juries.roster import CHARACTERS_MAX, LINES_MAX, Listed, read
from grants.kernel.errors import Refused


def test_a_list_in_the_usual_order_needs_no_heading():
    [one, other] = read("Zoé Roy;ZOE@Example.org\nIdir Naït;idir@example.org;experts;Présidente;12")
    assert one.listed == Listed("Zoé Roy", "zoe@example.org")
    assert other.listed == Listed("Idir Naït", "idir@example.org", SeatRole.CHAIR, "experts", 12)


def test_a_heading_gives_the_order_and_tabs_or_commas_will_do():
    text = "\ufeffCollège\tCourriel\tNom\r\nMonde économique\tzoe@example.org\tZoé Roy\r\n\r\n"
    [line] = read(text)
    assert (line.number, line.listed) == (
        2,
        Listed("Zoé Roy", "zoe@example.org", college="business"),
    )
    [line] = read('"Roy, Zoé",zoe@example.org')
    assert line.listed.name == "Roy, Zoé"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (";zoe@example.org", ("name",)),
        ("Zoé;zoe", ("email",)),
        (";", ()),
        ("Zoé;zoe@example.org;martiens", ("college",)),
        ("Zoé;zoe@example.org;;roi", ("role",)),
        ("Zoé;zoe@example.org;;;beaucoup", ("load",)),
        ("Zoé;zoe@example.org;;;0", ("load",)),
        ("Zoé;zoe@example.org;;;1001", ("load",)),
        ("Zoé;zoe@example.org;;;3;de trop", ("columns",)),
        (f"{'Z' * 121};zoe@example.org", ("name_long",)),
        (";zoe;martiens", ("name", "email", "college")),
    ],
)
def test_each_fault_of_a_line_is_named(text, faults):
    assert tuple(code for line in read(text) for code in line.faults) == faults


def test_an_address_stands_once_and_lists_have_an_end():
    lines = read("Zoé;zoe@example.org\nZoé bis;ZOE@example.org")
    assert [one.faults for one in lines] == [(), ("twice",)]
    many = [f"P{n};p{n}@example.org" for n in range(LINES_MAX + 1)]
    assert len(read("\n".join(["Nom;Courriel", *many[1:]]))) == LINES_MAX
    for long in ("\n".join(many), "Zoé Roy;zoe@example.org" + ";" * CHARACTERS_MAX):
        with pytest.raises(Refused) as refused:
            read(long)
        assert (refused.value.code, refused.value.field) == ("roster.too_long", "listed")
    assert read("") == []
