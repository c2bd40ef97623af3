"""An alert from the first click to the last, through the outbox and a real SMTP server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from build.calls import a_call, an_officer_of
from build.clock import NOW
from build.hostile import altered
from build.letterbox import a_letterbox
from build.people import a_funder
from grants.calls import discovery
from grants.calls import services as calls
from grants.calls.alerts import services
from grants.calls.alerts.models import CallAlert
from grants.calls.discovery import Filters
from grants.calls.models import Call, CallFunder, CallState
from grants.notices.models import Mail
from grants.outbox.models import Message
from grants.people.models import Funder
from workers import telling
from workers.tasks import alerts, deadlines
from workers.tasks import mail as mails

LINK = r"http://localhost(/alertes/{}/\S{{64}})"


@pytest.fixture
def post(monkeypatch, database, session, test_settings, clock):
    """Everything that happened, told as the relay would; the letterbox in which it ends."""
    with a_letterbox() as (box, url):
        for module in (mails, alerts, deadlines):
            monkeypatch.setattr(module, "database", lambda: database)
            monkeypatch.setattr(module, "now", clock.now)
        reachable = replace(test_settings, mail_url=url)
        for module in (mails, telling):
            monkeypatch.setattr(module, "settings", lambda: reachable)

        def deliver(times: int = 1):
            session.flush()
            tasks = {
                "call.opened": alerts.tell,
                "alert.asked": mails.compose,
                "alert.due": mails.compose,
            }
            for kind, task in tasks.items():
                ids = select(Message.id).where(Message.kind == kind).order_by(Message.serial)
                for message_id in session.scalars(ids).all():
                    for _ in range(times):
                        task(str(message_id))
            session.expire_all()
            return box.messages()

        yield deliver


def ask(client, email="ana@example.org", **watched):
    answer = client.post("/alertes", data={"email": email, **watched})
    assert (answer.status_code, answer.location) == (303, "/alertes/courriel-envoye")


def link(message, use: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(LINK.format(use), text)[1]


def opened(session, **columns) -> Call:
    """A call that is drafted, then published while its window is open."""
    funder = columns.pop("funder", None) or a_funder(session)
    call = a_call(session, funders=[funder], state=CallState.DRAFT, **columns)
    session.flush()
    calls.publish(session, call.id, actor=an_officer_of(funder), now=NOW)
    return call


def confirmed(session, email="ana@example.org", like=None, **wanted) -> None:
    services.ask(session, email, filters=Filters(**wanted), like_call_id=like, locale="fr",
                 address="", now=NOW)  # fmt: skip
    newest = select(CallAlert.id).order_by(CallAlert.id.desc()).limit(1)
    services.confirm(session, session.scalars(newest).one(), now=NOW)


def told(messages) -> list[str]:
    return sorted(one["To"] for one in messages if one["Subject"].startswith("Un appel ouvre"))


def test_from_the_first_click_to_the_last(session, client, post):
    ask(client, theme="food")
    (asked,) = post()
    assert asked["Subject"] == "Confirmez que vous voulez être prévenu de nos appels"
    confirmation = link(asked, "confirmation")
    assert client.get(confirmation).status_code == 200
    assert session.scalars(select(CallAlert.confirmed_at)).all() == [None], "a GET wrote"
    opened(session, themes=["food"])
    assert told(post()) == [], "sent before it was confirmed"
    due = select(func.count()).where(Message.kind == "alert.due")
    assert session.scalar(due) == 0, "owed before it was confirmed"
    assert client.post(confirmation).status_code == 200
    call = opened(session, themes=["food"], title_fr="Cantines du canal")
    opened(session, themes=["mobility"])
    message = post()[-1]
    assert " ".join(message["Subject"].split()) == "Un appel ouvre : Cantines du canal"
    text = message.get_body(("plain",)).get_content()
    assert f"http://localhost/appels/{call.slug}" in text
    stop = link(message, "arret")
    assert message["List-Unsubscribe"] == f"<http://localhost{stop}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert session.scalars(select(Mail.stop_url)).all() == [None] * 2, "a way to stop was kept"
    assert client.get(stop).status_code == 200
    assert session.scalar(select(func.count(CallAlert.id))) == 1, "a GET stopped it"
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert session.scalar(select(func.count(CallAlert.id))) == 0
    opened(session, themes=["food"])
    assert len(post()) == 2


def test_a_mailbox_stops_without_cookie_nor_form_token(session, app, client, post):
    ask(client)
    stop = link(post()[0], "arret")
    app.config["WTF_CSRF_ENABLED"] = True
    refused = client.post("/alertes", data={"email": "bea@example.org"})
    assert refused.status_code == 400
    for _ in range(2):
        assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert session.scalar(select(func.count(CallAlert.id))) == 0


def test_each_address_is_told_once_an_opening_whatever_happens(session, post, clock):
    for wanted in ({}, {"theme": "food"}, {"q": "canal"}):
        confirmed(session, **wanted)
    confirmed(session, "bea@example.org")
    call = opened(session, themes=["food"])
    messages = post(times=2)
    assert told(messages) == ["ana@example.org", "bea@example.org"]
    calls.close(session, call.id, actor=an_officer_of(*funders(session, call)), now=NOW)
    calls.reopen(session, call.id, actor=an_officer_of(*funders(session, call)), now=NOW)
    assert told(post()) == told(messages)


def funders(session, call):
    theirs = select(Funder).join(CallFunder).where(CallFunder.call_id == call.id)
    return session.scalars(theirs).all()


def test_a_call_announced_ahead_is_told_on_the_day_it_opens(session, post, clock):
    confirmed(session)
    opened(session, opens_at=NOW + timedelta(days=3))
    assert told(post()) == []
    clock.forward(days=3)
    session.flush()
    deadlines.open_and_close_calls()
    assert told(post()) == ["ana@example.org"]


def test_nobody_is_called_to_a_closed_door(session, post, clock):
    confirmed(session)
    opened(session, closes_at=NOW + timedelta(hours=1))
    clock.forward(hours=1)
    assert told(post()) == []


@pytest.mark.parametrize(
    ("wanted", "is_told"),
    [
        ({}, True),
        ({"q": "égalité réparation"}, True),
        ({"q": "Valbrune"}, True),
        ({"q": "cantine"}, False),
        ({"funder": "valbrune"}, True),
        ({"funder": "autre"}, False),
        ({"theme": "mobility"}, True),
        ({"theme": "food"}, False),
        ({"territory": "63113"}, True),
        ({"territory": "68224"}, False),
        ({"applicant": "association"}, True),
        ({"applicant": "company"}, False),
        ({"applicant": "person"}, False),
        ({"amount": 20_000}, True),
        ({"amount": 20_001}, False),
        ({"theme": "mobility", "amount": 20_001}, False),
    ],
)
def test_an_alert_waits_for_what_its_search_would_find(session, client, post, wanted, is_told):
    confirmed(session, **wanted)
    rule = {"instrument": "grant", "amount": None, "amount_max": 2_000_000,
            "explain_fr": "x", "explain_en": "x"}  # fmt: skip
    only = {"key": "a", "rule": "applicant.is_association", "refusal_fr": "-", "refusal_en": "-"}
    call = opened(
        session,
        funder=a_funder(session, key="valbrune", name="Valbrune"),
        title_fr="Réparations pour l’égalité",
        themes=["mobility", "circular"],
        territories=[{"code": "63113", "name": "Valbrune"}],
        eligibility_rules=[only],
        allows_persons=False,
        award_rule=rule,
    )
    assert bool(told(post())) == is_told
    filters = Filters(**wanted)
    closed = discovery.closed_to(session, filters.applicant)
    found = session.execute(discovery.found(filters, now=NOW, closed=closed)).all()
    assert ([one.id for one in found] == [call.id]) == is_told, "the list says otherwise"


@pytest.mark.parametrize(
    ("columns", "is_told"),
    [
        ({"key": "courts_circuits"}, True),
        ({"key": "autre", "themes": ["food", "sport"]}, True),
        ({"key": "autre", "themes": ["sport"]}, False),
        ({"key": "autre", "previous": True, "other_funder": True}, True),
        ({"key": "courts_circuits", "other_funder": True}, False),
    ],
)
def test_a_call_like_another_is_its_next_edition_or_its_kin(session, post, columns, is_told):
    funder = a_funder(session)
    model = a_call(session, funders=[funder], key="courts_circuits", themes=["food"],
                   state=CallState.CLOSED)  # fmt: skip
    session.flush()
    confirmed(session, like=model.id)
    columns = dict(columns)
    if columns.pop("previous", False):
        columns["previous_call_id"] = model.id
    elsewhere = columns.pop("other_funder", False)
    opened(session, funder=a_funder(session) if elsewhere else funder, **columns)
    assert bool(told(post())) == is_told


def test_whoever_waits_for_a_call_that_is_announced_is_told_of_that_very_call(
    session, client, post
):
    call = a_call(session, opens_at=NOW + timedelta(days=1))
    session.flush()
    ask(client, comme=call.slug)
    assert session.scalars(select(CallAlert.like_call_id)).one() == call.id


def test_asking_twice_is_one_alert_and_what_nobody_confirms_is_forgotten(session, client, clock):
    for _ in range(2):
        ask(client, theme="food", etat="ouvert")
    ask(client, theme="sport")
    assert session.scalar(select(func.count(CallAlert.id))) == 2
    assert {"theme": "food"} in session.scalars(select(CallAlert.filters)).all()
    assert services.forget_unconfirmed(session, now=NOW + timedelta(days=7)) == 0
    assert services.forget_unconfirmed(session, now=NOW + timedelta(days=7, seconds=1)) == 2


def test_the_sixth_mail_to_a_mailbox_is_not_sent_and_nobody_learns_it(session, client, post):
    for number in range(7):
        ask(client, q=f"mot{number}")
    assert len(post()) == 5


def test_an_address_that_is_none_is_said_beside_its_box_and_the_search_is_kept(session, client):
    answer = client.post("/alertes", data={"email": "ana", "theme": "food", "q": "vélo"})
    assert answer.status_code == 422
    assert "prenom.nom@exemple.fr" in answer.text
    for kept in ('name="q" value="vélo"', 'name="theme" value="food"', 'value="ana"'):
        assert kept in answer.text
    assert session.scalar(select(func.count(CallAlert.id))) == 0


def test_links_of_others_or_for_another_use_open_nothing(session, client, post):
    ask(client)
    message = post()[0]
    token = link(message, "arret").rpartition("/")[2]
    for path in (
        f"/alertes/confirmation/{token}",
        f"/alertes/arret/{altered(token)}",
        "/alertes/arret/x",
    ):
        for method in (client.get, client.post):
            assert method(path).status_code == 409
    client.post(link(message, "arret"))
    gone = client.get(link(message, "confirmation"))
    assert gone.status_code == 409
    assert "n’existe plus" in gone.text
