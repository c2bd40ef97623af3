"""How a funder pays: another threshold, or another account, holds once a second person agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.decisions import a_scene
from build.payments import VAULT, an_account, set_up
from build.people import a_funder_member, acting_as
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.notices.finance import setting_proposed
from grants.notices.giving import Site
from grants.outbox.models import Message
from grants.payments import queries, services
from grants.payments.models import ChangeState, PaymentSetting, SettingChange
from grants.people.models import FunderKind

OTHER = "FR1420041010050500013M02606"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def scene(session):
    found = a_scene(session)
    found.funder.kind = FunderKind.PARTNER
    session.flush()
    return found


def propose(session, scene, **given):
    asked = {"second_from": 800_000, "debtor": "", "account": None}
    act = {"vault": VAULT, "actor": scene.finance, "now": NOW}
    return services.propose_setting(session, scene.funder.id, **{**asked, **act, **given})


def stands(session, scene) -> PaymentSetting | None:
    return queries.setting(session, scene.funder.id, viewer=scene.finance)


def look(session, scene):
    act = {"vault": VAULT, "actor": scene.actors[FunderRole.APPROVER], "now": NOW}
    return services.show_proposed_account(session, scene.funder.id, **act)


def answer(session, scene, change, verb=services.confirm_setting, **given):
    act = {"actor": scene.actors[FunderRole.APPROVER], "now": LATER}
    return verb(session, scene.funder.id, change.id, **{**act, **given})


def test_a_threshold_holds_once_another_person_confirms_it(session, scene):
    change = propose(session, scene)
    assert stands(session, scene).second_from is None
    with pytest.raises(Refused, match="change_waits"):
        propose(session, scene, second_from=1)
    with pytest.raises(Refused, match="same_person"):
        answer(session, scene, change, actor=scene.finance)
    answer(session, scene, change)
    assert (stands(session, scene).second_from, change.state) == (800_000, ChangeState.CONFIRMED)
    with pytest.raises(Refused, match="nothing_waits"):
        answer(session, scene, change)
    assert propose(session, scene) is None, "nothing would change"
    kinds = ("payment_setting.proposed", "payment_setting.changed")
    written = select(Message).where(Message.kind.in_(kinds)).order_by(Message.serial)
    traced = session.scalars(written).all()
    assert [one.kind for one in traced] == list(kinds)
    facts = traced[1].payload
    assert (facts["second_before"], facts["second_from"], facts["account"]) == (
        None,
        800_000,
        False,
    )
    assert facts["proposed_by"] == str(scene.finance.id)


def test_an_account_holds_once_confirmed_and_opens_for_its_funder_alone(session, scene):
    given = {"second_from": None, "debtor": "Fondation"}
    change = propose(session, scene, **given, account=an_account(OTHER))
    assert stands(session, scene).iban_last4 is None
    assert look(session, scene) == (OTHER, None)
    answer(session, scene, change)
    with pytest.raises(Refused, match="nothing_waits"):
        look(session, scene)
    kept = stands(session, scene)
    assert VAULT.unlock(kept.iban_cipher, row=kept.id) == OTHER
    # Another name for the same account is a change of it as well.
    renamed = propose(session, scene, second_from=None, debtor="Fonds du canal")
    assert look(session, scene) == (OTHER, OTHER)
    assert (renamed.changes_account, stands(session, scene).debtor) == (True, "Fondation")
    answer(session, scene, renamed)
    kept = stands(session, scene)
    assert (kept.debtor, VAULT.unlock(kept.iban_cipher, row=kept.id)) == ("Fonds du canal", OTHER)
    told = session.scalars(select(Message.payload).where(Message.kind.like("payment_setting.%")))
    found = told.all()
    assert len(found) == 6, "two proposals, two looks, two changes"
    assert OTHER not in str(found)


def test_whoever_else_pays_hears_of_what_waits(session, scene):
    change = propose(session, scene)
    site = Site(base_url="https://laureat.example", secret_key="s" * 32)
    message = session.scalars(
        select(Message).where(Message.kind == "payment_setting.proposed")
    ).one()
    told = setting_proposed(session, message, site)
    assert [one.address for one in told.recipients] == [scene.people[FunderRole.APPROVER].email]
    assert told.facts["url"].endswith(f"/finances/reglages/{scene.funder.id}")
    answer(session, scene, change, services.withdraw_setting)
    assert setting_proposed(session, message, site).recipients == []


@pytest.mark.parametrize("by", ["finance", "approver"])
def test_what_waits_is_given_up_by_either(session, scene, by):
    change = propose(session, scene)
    actor = scene.finance if by == "finance" else scene.actors[FunderRole.APPROVER]
    answer(session, scene, change, services.withdraw_setting, actor=actor)
    assert (stands(session, scene).second_from, change.state) == (None, ChangeState.WITHDRAWN)
    again = propose(session, scene, second_from=5)
    with pytest.raises(Refused, match="nothing_waits"):
        answer(session, scene, change)
    assert again.state is ChangeState.PENDING


def test_codes_hold_at_once_and_leave_what_waits_alone(session, scene):
    change = propose(session, scene)
    codes = ("02A012", "100", "00")
    kept = services.set_codes(session, scene.funder.id, pes=codes, actor=scene.finance, now=LATER)
    assert (kept.pes_post, kept.second_from, change.state) == ("02A012", None, ChangeState.PENDING)


def test_only_those_who_pay_for_that_funder_answer(session, scene):
    change, elsewhere = propose(session, scene), a_scene(session)
    for actor, raised in (
        (scene.actors[FunderRole.AUDITOR], Forbidden),
        (scene.officer, Unknown),
        (elsewhere.actors[FunderRole.APPROVER], Unknown),
    ):
        for verb in (services.confirm_setting, services.withdraw_setting):
            with pytest.raises(raised):
                answer(session, scene, change, verb, actor=actor)
    colleague = a_funder_member(session, scene.funder, FunderRole.FINANCE)
    answer(session, scene, change, actor=acting_as(session, colleague))
    assert stands(session, scene).second_from == 800_000


CONFIRM = "UPDATE payment_setting_change SET state = 'confirmed', settled_at = now(), settled_by = "


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE payment_setting SET second_from = 900000", "second person"),
        ("UPDATE payment_setting SET second_from = NULL", "second person"),
        ("UPDATE payment_setting SET debtor = 'Autre'", "second person"),
        ("UPDATE payment_setting SET bic = 'AGRIFRPP'", "second person"),
        ("UPDATE payment_setting SET iban_cipher = '\\x00'", "second person"),
        ("UPDATE payment_setting SET second_from = 5, change_id = :waits", "second person"),
        (CONFIRM + "proposed_by WHERE id = :waits", "another_person_confirms"),
        ("UPDATE payment_setting_change SET second_from = 6 WHERE id = :waits", "never rewritten"),
        ("UPDATE payment_setting_change SET state = 'pending'", "never rewritten|settled"),
        ("DELETE FROM payment_setting_change", "never rewritten"),
    ],
)
def test_postgresql_holds_it(session, scene, statement, words):
    given = {"debtor": "Fondation", "account": an_account(OTHER)}
    set_up(session, scene, second_from=800_000, **given)
    waits = propose(session, scene, second_from=5)
    with pytest.raises(IntegrityError, match=words), session.begin_nested():
        session.execute(text(statement), {"waits": waits.id} if ":waits" in statement else {})


def test_an_older_confirmation_is_spent(session, scene):
    first = propose(session, scene, second_from=5)
    answer(session, scene, first)
    second = propose(session, scene, second_from=800_000)
    answer(session, scene, second, now=LATER + timedelta(hours=1))
    session.flush()
    back = "UPDATE payment_setting SET second_from = 5, change_id = :first"
    with pytest.raises(IntegrityError, match="second person"), session.begin_nested():
        session.execute(text(back), {"first": first.id})
    assert session.scalar(select(SettingChange.id).where(SettingChange.state == "pending")) is None
