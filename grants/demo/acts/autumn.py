"""This autumn: what is being prepared for the next vote, and what waits for somebody."""

from __future__ import annotations

from grants.demo.acts import bureau, purse
from grants.demo.acts.days import DIRECT, Days
from grants.demo.cast import CLERMONT_STAFF, NEXT_VOTE
from grants.demo.moves import calls, deciding, judging, sharing, telling
from grants.demo.moves.sharing import Share
from grants.demo.theatre import Theatre, identifier
from grants.kernel.clock import paris_date

OFFICER = CLERMONT_STAFF["officer"]
EACH, FEW, COMPUTED = "Un soutien à chacun", "Trois projets en entier", "Proposition calculée"
SHARED = ("13 000", "10 000", "8 000", "12 000", "14 000")
WHOLE = ("20 000", "15 000", "", "22 000", "")
LATER = "Le projet peut attendre la prochaine répartition sans y perdre."
GROUNDS = (
    "La caisse d’allocations familiales nous a donné son accord après le dépôt de notre dossier. "
    "Nous demandons que notre demande soit examinée de nouveau."
)
UNSPENT = (
    "Le compte rendu d’étape montre que soixante copropriétés ont été conseillées sur les cent "
    "prévues, et que le budget n’a été dépensé qu’aux trois cinquièmes."
)
TO_AGREE = "La Ruche aux projets"
WITHDRAWN = "Écho-Logis"
APPEALING = "Graines de parents"


def play(theatre: Theatre) -> None:
    """Everything begun and nothing ended."""
    theatre.say("Cet automne : scénarios, bureau de la semaine prochaine")
    theatre.clock.back_to_present()
    present = theatre.clock.now()
    theatre.enter(OFFICER)
    call_id = identifier(theatre.sights["year_call"])
    theatre.sights["scenarios"] = share(theatre, call_id)
    bureau.prepare_next(theatre, paris_date(present))
    theatre.sights["watch"] = f"/instruction/dossiers/{theatre.drafts[NEXT_VOTE[-1].title]}/veille"
    theatre.sights["waiting"] = f"{calls.CALLS}/{call_id}/listes-d-attente"
    theatre.say("Cet automne : un recours, une convention, un retrait")
    contest(theatre)
    ask_to_sign(theatre)
    award = theatre.awards[bureau.candidate(WITHDRAWN).title]
    theatre.sights["withdrawal"] = telling.announce_withdrawal(
        theatre, OFFICER, award, UNSPENT, planned="60 000", spent="36 000"
    )
    if Days(present).is_current:
        purse.claim_again(theatre)


def share(theatre: Theatre, call_id: str) -> str:
    """Two scenarios and a computed proposal; the first is kept. Their comparison's address."""
    drafts = [theatre.drafts[one.title] for one in NEXT_VOTE]
    judging.receive(theatre, OFFICER, call_id, only=drafts)
    each = sharing.begin(theatre, OFFICER, call_id, EACH)
    sharing.compute(theatre, OFFICER, each, COMPUTED, envelope=DIRECT, floor="9 000")
    few = sharing.begin(theatre, OFFICER, call_id, FEW)
    for scenario, amounts in ((each, SHARED), (few, WHOLE)):
        shares = {
            draft: Share(amount, "" if amount else LATER)
            for draft, amount in zip(drafts, amounts, strict=True)
        }
        sharing.share(theatre, OFFICER, scenario, shares, envelope=DIRECT)
    third = sharing.computed(theatre, OFFICER, call_id, COMPUTED)
    sharing.accept(theatre, OFFICER, each)
    asked = "&".join(f"s={identifier(one)}" for one in (each, few, third))
    return f"{calls.CALLS}/{call_id}/scenarios/comparer?{asked}&differences=1"


def contest(theatre: Theatre) -> None:
    """An applicant reads a refusal late, and contests it at once."""
    one = purse.came(theatre, APPEALING)
    application = bureau.by_name(theatre, APPEALING)
    deciding.take_note(theatre, one, application)
    telling.appeal(theatre, one, application, GROUNDS)


def ask_to_sign(theatre: Theatre) -> None:
    """An agreement is sent: its beneficiary has to sign it."""
    award = theatre.awards[bureau.candidate(TO_AGREE).title]
    telling.draft_agreement(theatre, OFFICER, award)
