"""What an amendment takes off an award is withdrawn from the page of its agreement."""

from __future__ import annotations

import pytest

from build.clock import NOW
from build.payments import ONCE, an_award_to_pay
from build.signing import brought_into_force
from grants.agreements import services
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount


@pytest.mark.parametrize(("agreed", "off"), [(800_000, "2000,00"), (1_000_000, "")])
def test_the_difference_is_withdrawn_from_the_page_of_the_agreement(
    session, as_person, agreed, off
):
    award = an_award_to_pay(session, parts=ONCE)
    act = {"actor": award.scene.officer, "now": NOW}
    made = services.draft(session, award.decision.id, text="Convention.", **act)
    brought_into_force(session, made.id, actor=award.scene.officer)
    services.amend(
        session, made.id, amount=Amount(agreed), object="Budget revu", text="Avenant.", **act
    )
    agreement = brought_into_force(session, made.id, actor=award.scene.officer)
    officer = as_person(award.scene.people[FunderRole.OFFICER])
    page = officer.get(f"/instruction/conventions/{agreement.id}").text
    assert ("ne sont plus conventionnés" in page) is bool(off)
    begun = f"/instruction/retraits/aides/{award.decision.id}"
    assert (f"{begun}?convention={agreement.id}" in page) is bool(off)
    form = officer.get(f"{begun}?convention={agreement.id}").text
    assert (f'value="{off}"' in form and agreement.number in form) is bool(off)
    assert officer.get(f"{begun}?convention=x").status_code == 200
    assert officer.get(f"{begun}?convention={award.decision.id}").status_code == 404
