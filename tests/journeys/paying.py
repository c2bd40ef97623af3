"""To the paid euro: acknowledgement, claim, certification, order, second signature, payment."""

from __future__ import annotations

from datetime import date

from grants.demo.answers import a_pdf
from grants.kernel.access import FunderRole
from journeys.houses import House
from journeys.officiating import summary_leads_to
from journeys.stage import Stage
from journeys.visitor import WRONG, Visitor

IBAN = "FR76 3000 6000 0112 3456 7890 189"
PDF = {"name": "rib.pdf", "mimeType": "application/pdf", "buffer": a_pdf("RIB")}


def take_note(applicant: Visitor, draft: str, *words: str) -> None:
    """The decision stands behind « J’ai pris connaissance »; then it and its letter are read."""
    applicant.goto(draft).follow("Lire la décision")
    hidden = applicant.text()
    assert not [one for one in words if one in hidden], "told before it was acknowledged"
    applicant.press("J’ai pris connaissance").says(*words)


def read_letter(stage: Stage, applicant: Visitor, draft: str) -> None:
    """The letter is a PDF, written by the worker soon after the announcement."""
    applicant.goto(f"{draft}/decision")
    for _ in range(60):
        if applicant.page.get_by_role("link", name="Télécharger le courrier").count():
            break
        applicant.page.wait_for_timeout(500)
        applicant.page.reload()
    letter = applicant.download("Télécharger le courrier")
    assert letter.path().read_bytes().startswith(b"%PDF-"), stage.checkout.words("worker")


def claim(applicant: Visitor, draft: str, *, holder: str = "") -> None:
    """Claim what is due; a wrong IBAN is told, the right one is never shown whole again."""
    applicant.goto(f"{draft}/versements")
    applicant.open_first(".tasks__link")
    if holder:
        wrong = IBAN.replace("189", "188")
        applicant.fill({"holder": holder, "iban": wrong})
        applicant.press("Envoyer ma demande", status=WRONG)
        summary_leads_to(applicant, "iban")
        assert applicant.page.locator("[name=iban]").input_value() == wrong
        applicant.fill({"iban": IBAN})
    else:
        applicant.fill({"reference": "Acte n° 1"})
    applicant.fill({"documents": PDF, "message": "Voici notre demande."})
    applicant.press("Envoyer ma demande")
    assert IBAN not in applicant.text()


def certify(officer: Visitor, title: str) -> None:
    """The officer certifies the claim about that application."""
    officer.goto("/instruction/versements").follow(title).press("Certifier le service fait")
    officer.says("La demande est acceptée")


def pay(stage: Stage, house: House, *, on: date, scripts: bool = True) -> Visitor:
    """Finance orders, cannot sign its own order, somebody else signs, finance notes the payment."""
    finance = house.visitor(stage, FunderRole.FINANCE, scripts=scripts)
    approver = house.visitor(stage, FunderRole.APPROVER, scripts=scripts)
    heap = "/finances/mandats?state="
    tick(finance.goto(f"{heap}to_prepare")).press("Préparer les mandats")
    finance.goto(f"{heap}prepared").open_first("tbody a")
    assert not finance.page.get_by_role("button", name="Signer le mandat").count()
    tick(approver.goto(f"{heap}prepared")).press("Signer les mandats")
    tick(finance.goto(f"{heap}approved")).press("Marquer comme payés", status=WRONG)
    finance.fill({"paid_on": f"{on:%d/%m/%Y}", "reference": "Bordereau 214"})
    finance.press("Marquer comme payés")
    return finance


def reveal(finance: Visitor, title: str) -> None:
    """The whole IBAN is shown to those who pay for that application, on demand."""
    finance.goto("/finances/mandats?state=paid").open_first(f'tbody tr:has-text("{title}") a')
    assert IBAN not in finance.text()
    finance.press("Afficher l’IBAN en entier").says(IBAN)


def picture(finance: Visitor, house: House, **amounts: str) -> None:
    """The house's envelope says these amounts, as a picture's legend; the journal agrees."""
    finance.goto("/finances/enveloppes").says(house.envelope)
    for kind, amount in amounts.items():
        line = finance.page.locator(f".legend__item:has(.seg--{kind}) .legend__value").first
        said, *_whose = " ".join(line.inner_text().split()).split(" ,")
        assert said == amount, (kind, said)
    drawn = finance.page.locator(".bar__drawing .seg").count()
    assert drawn == len([one for one in amounts.values() if not one.startswith("0")])
    finance.follow("Lire le journal de cet exercice").says("Paiement")


def tick(visitor: Visitor) -> Visitor:
    """Every line of a heap of orders."""
    for box in visitor.page.locator('[name="line"]').all():
        box.check()
    return visitor
