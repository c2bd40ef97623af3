"""What the journal says of a withdrawal: in French, as everything that the journal keeps."""

from __future__ import annotations

from grants.withdrawals.models import Reason, Withdrawal

WHY = {
    Reason.REPUBLICAN_CONTRACT: "manquement au contrat d’engagement républicain",
    Reason.NOT_CARRIED_OUT: "projet non réalisé",
    Reason.UNSPENT: "budget dépensé en partie seulement",
    Reason.REPORT_MISSING: "compte rendu non reçu",
    Reason.ERROR: "aide accordée par erreur",
    Reason.FRAUD: "aide obtenue par fraude",
    Reason.DISSOLVED: "bénéficiaire dissous",
    Reason.GIVEN_UP: "renonciation du bénéficiaire",
    Reason.ANNULLED: "annulation par le juge",
}


def reason_of(number: str, withdrawal: Withdrawal) -> str:
    """Why money moves: the number of the act or the titre, and why the award is withdrawn."""
    return f"{number}\u202f: {WHY[withdrawal.reason]}"
