"""The finance officer: acts of the budget, years closed, advances, answers of the treasury."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grants.demo.cast import PASSWORD, Player
from grants.demo.theatre import Theatre, identifier

FINANCES = "/finances"
CSV_TYPE = "text/csv"


def open_authorisation(
    theatre: Theatre, finance: Player, book: str, label: str, *, last_year: int
) -> None:
    """Open a multi-year authorisation, without a ceiling yet."""
    page = theatre.browser(finance).get(f"{FINANCES}/autorisations/annees/{book}/nouvelle")
    page.send({"label": label, "last_year": last_year, "nature_account": "65748"}, to="")


def record_act(
    theatre: Theatre,
    finance: Player,
    book: str,
    amounts: Mapping[str, str],
    *,
    kind: str,
    number: str,
    on: date,
    words: str,
) -> None:
    """An act of the budget: what it gives to each envelope, by its name."""
    page = theatre.browser(finance).get(f"{FINANCES}/actes/annees/{book}/nouvel-acte")
    named = {"kind": kind, "number": number, "on": f"{on:%d/%m/%Y}", "label": words}
    page.send({**named, **{page.box(label): amount for label, amount in amounts.items()}})


def year_end(theatre: Theatre, finance: Player, year: int, funder: str) -> str:
    """The address of the end of a funder's year."""
    page = theatre.browser(finance).get(f"{FINANCES}/cloture")
    return f"{FINANCES}/cloture?book={page.option('book', f'{year}, {funder}')}"


def close_year(theatre: Theatre, finance: Player, year: int, funder: str) -> str:
    """Read the list of what lapses and what goes on, sign it, and shut the year's book."""
    address = year_end(theatre, finance, year, funder)
    page = theatre.browser(finance).get(address)
    page.send({"name": finance.name, "password": PASSWORD}, to="/cloture/")
    return address


def draw_year(theatre: Theatre, finance: Player, award: str, envelope: str, amount: str) -> None:
    """Commit the year's credits for an award of an authorisation."""
    page = theatre.browser(finance).get(f"{FINANCES}/attributions/{award}")
    chosen = page.option("envelope", envelope)
    page.send({"envelope": chosen, "amount": amount}, to="/annee$")


def schedule(
    theatre: Theatre, finance: Player, award: str, *, first: date, parts: int, every: int
) -> None:
    """Write how an advance is repaid."""
    page = theatre.browser(finance).get(f"{FINANCES}/avances/{award}")
    terms = {"first_on": f"{first:%d/%m/%Y}", "parts": parts, "every_months": every}
    page.send(terms, to=f"/avances/{award}$")


def ask_back(theatre: Theatre, finance: Player, award: str) -> None:
    """Ask for the next part of an advance."""
    page = theatre.browser(finance).get(f"{FINANCES}/avances/{award}")
    page.send(to="/demander$")


def note_repaid(theatre: Theatre, finance: Player, award: str, *, on: date, words: str) -> None:
    """Note that the part asked first came back."""
    page = theatre.browser(finance).get(f"{FINANCES}/avances/{award}")
    page.send({"received_on": f"{on:%d/%m/%Y}", "reference": words}, to="/rembourser$")


def take_in(
    theatre: Theatre,
    finance: Player,
    paid: Mapping[str, str],
    *,
    on: date,
    rejected: Mapping[str, str],
    stray: tuple[str, str],
) -> str:
    """Take the treasury's answer in: amounts by beneficiary, `rejected` ones with their motive.

    One line more, `stray` (a reference and an amount), is about no order of ours. Gives the
    address of the file.
    """
    signed = theatre.browser(finance).get(f"{FINANCES}/mandats?state=approved")
    lines = ["mandat;etat;date;montant;motif"]
    for name, amount in paid.items():
        order = signed.option("line", name)
        number = next(words for address, words in signed.links if address.endswith(order))
        motive = rejected.get(name, "")
        state = "rejeté" if motive else "payé"
        lines.append(f"{number};{state};{on:%d/%m/%Y};{amount};{motive}")
    lines.append(f"{stray[0]};payé;{on:%d/%m/%Y};{stray[1]};")
    file = (f"retour-{on:%Y%m%d}.csv", "\n".join(lines).encode(), CSV_TYPE)
    page = theatre.browser(finance).get(f"{FINANCES}/retours")
    page = page.send({"kind": "csv"}, to="/retours$", files={"file": file})
    return f"{FINANCES}/retours/{identifier(page.path)}"
