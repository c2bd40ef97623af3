"""First act: the authorities arrive, and the people who work for them."""

from __future__ import annotations

from datetime import UTC, datetime

from grants.demo.cast import CLERMONT_STAFF, MULHOUSE_STAFF, OPERATOR, SECOND_OFFICER, Player
from grants.demo.theatre import Theatre

CURTAIN = datetime(2016, 2, 1, 8, 0, tzinfo=UTC)

FUNDERS = (
    ("clermont", "Clermont Auvergne Métropole", "metropolis", "64 avenue de l’Union soviétique"),
    ("m2a", "Mulhouse Alsace Agglomération", "agglomeration", "2 rue Pierre et Marie Curie"),
    ("mulhouse", "Ville de Mulhouse", "commune", "2 rue Pierre et Marie Curie"),
    (
        "mef",
        "Maison de l’Emploi et de la Formation Mulhouse Sud Alsace",
        "partner",
        "9 avenue Konrad Adenauer",
    ),
)
PARTNERS = ("m2a", "mulhouse", "mef")


def play(theatre: Theatre) -> None:
    """Funders are created, their staff invited by mail; each accepts."""
    theatre.move_to(CURTAIN)
    theatre.say("Les collectivités s’installent")
    theatre.enter(OPERATOR)
    for funder in FUNDERS:
        create_funder(theatre, *funder)
    for role, player in CLERMONT_STAFF.items():
        invite(theatre, player, "clermont", role)
    for role, player in MULHOUSE_STAFF.items():
        invite(theatre, player, "m2a", role)
    invite(theatre, SECOND_OFFICER, "m2a", "officer")
    staff = [*CLERMONT_STAFF.values(), *MULHOUSE_STAFF.values(), SECOND_OFFICER]
    theatre.everyone(theatre.accept_invitation, staff)
    for key in ("mulhouse", "mef"):
        for role in ("administrator", "officer", "finance", "approver"):
            grant(theatre, MULHOUSE_STAFF[role], key, role)


def create_funder(theatre: Theatre, key: str, name: str, kind: str, street: str) -> None:
    """The operator adds an authority."""
    page = theatre.browser(OPERATOR).get("/administration/financeurs/nouveau")
    page.send(
        {
            "key": key,
            "name": name,
            "kind": kind,
            "address": street,
            "email": f"ess@{key}.demo.example",
            "phone": "04 73 00 00 00" if key == "clermont" else "03 89 00 00 00",
            "locale": "fr",
        },
        to="financeurs/nouveau",
    )


def invite(theatre: Theatre, player: Player, funder: str, role: str) -> None:
    """The operator invites somebody to work for an authority."""
    page = theatre.browser(OPERATOR).get("/administration/personnes/inviter")
    page.send(
        {
            "funder": page.option("funder", dict(NAMES)[funder]),
            "name": player.name,
            "email": player.email,
            "roles": [role],
        },
        to="inviter",
    )


def grant(theatre: Theatre, player: Player, funder: str, role: str) -> None:
    """The operator gives a person of the house one more role."""
    browser = theatre.browser(OPERATOR)
    person = browser.get(f"/administration/personnes?q={player.email}").link(
        r"/administration/personnes/[0-9a-f-]{36}"
    )
    page = browser.get(person)
    page.send({"funder": page.option("funder", dict(NAMES)[funder]), "role": role}, to=r"/roles$")


NAMES = tuple((key, name) for key, name, _kind, _street in FUNDERS)
