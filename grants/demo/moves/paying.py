"""A beneficiary claims, an officer certifies, finance orders, another person signs, it is paid."""

from __future__ import annotations

from datetime import date

from schwifty import IBAN

from grants.demo.answers import PDF_TYPE, a_pdf
from grants.demo.cast import PASSWORD, Candidate, Player
from grants.demo.theatre import Theatre

CLAIMS, ORDERS = "/instruction/versements", "/finances/mandats"
BANK = "30006"


def claim(theatre: Theatre, candidate: Candidate, application: str, *, rank: int) -> None:
    """Claim the instalment that is due, with a document, and bank details where they are asked."""
    browser = theatre.browser(candidate.person)
    page = browser.get(f"/dossiers/{application}/versements")
    page = browser.get(page.link(r"/versements/[0-9a-f-]{36}$"))
    form = page.form("versements", having="message")
    typed = {"message": "Voici notre demande."}
    if "iban" in form.names:
        account = f"{rank:011d}"
        typed["iban"] = IBAN.generate(
            "FR", bank_code=BANK, branch_code="00001", account_code=account
        ).formatted
        typed["holder"] = candidate.organisation
    else:
        typed["reference"] = f"Acte n° {rank}"
    file = ("piece.pdf", a_pdf(f"{candidate.organisation} - demande de versement"), PDF_TYPE)
    page.send(typed, to="versements", files={"documents": file})


def certify_all(theatre: Theatre, officer: Player) -> None:
    """The officer certifies every claim that waits, its conditions proved by what came with it."""
    browser = theatre.browser(officer)
    for address in browser.get(CLAIMS).all_links(rf"{CLAIMS}/[0-9a-f-]{{36}}$"):
        page = browser.get(address)
        proving = [one for one in page.forms if "/conditions#" in one.action]
        for condition in proving[0].choices["condition"] if proving else ():
            proof = {"condition": condition, "note": "Pièce jointe à la demande"}
            page = page.send(proof, to="/conditions#")
        page.send(to="certifier$")


def order_all(theatre: Theatre, finance: Player) -> None:
    """Finance prepares the orders of all certified claims."""
    _tick_all(theatre, finance, "to_prepare", "preparer$")


def order_only(theatre: Theatre, finance: Player, beneficiary: str) -> None:
    """Finance prepares the orders of one beneficiary's claims; others wait."""
    page = theatre.browser(finance).get(f"{ORDERS}?state=to_prepare")
    page.send({"line": [page.option("line", beneficiary)]}, to="preparer$")


def sign_all(theatre: Theatre, approver: Player) -> None:
    """A second person signs them."""
    _tick_all(theatre, approver, "prepared", "signer$", {"password": PASSWORD})


def pay_all(theatre: Theatre, finance: Player, *, on: date, reference: str) -> None:
    """The treasury has paid: note the day and its reference."""
    typed = {"paid_on": f"{on:%d/%m/%Y}", "reference": reference}
    _tick_all(theatre, finance, "approved", "payer$", typed)


def _tick_all(
    theatre: Theatre, player: Player, state: str, to: str, typed: dict[str, str] | None = None
) -> None:
    page = theatre.browser(player).get(f"{ORDERS}?state={state}")
    lines = page.form(to, having="line").choices["line"]
    page.send({"line": lines, **(typed or {})}, to=to)
