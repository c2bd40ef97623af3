"""Before the vote: scenarios typed, computed and compared, plans of several funders, lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from build.clock import NOW
from build.decisions import Scene, a_deliberation, a_scene, an_award, an_envelope, draws_on
from build.gallery.names import CALL, Look, entitle
from build.juries import a_review, a_seat, a_store, an_assignment
from build.ledger import booked
from build.people import a_funder, a_funder_member, acting_as
from build.scenarios import a_scenario, typed
from grants.calls.models import CallFunder, FormRevision, Jury
from grants.decisions.models import Outcome
from grants.decisions.services import Item, Wanted, propose
from grants.juries.services import close_jury
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount
from grants.people.models import Organisation
from grants.scenarios import queries, services
from grants.scenarios.models import Scenario, Source, View
from grants.scenarios.options import Options, Quota
from grants.scenarios.queries.given import given
from grants.scenarios.services import financing, waiting
from grants.scenarios.solving.problem import Bound, Measure
from grants.scenarios.solving.solve import solve

OFFICE = "/instruction"
FIRST = "Priorité à l’alimentation et aux circuits courts des quatre cantons"
SECOND = "Un peu à chacun"
LABEL = "Économie sociale et solidaire, fonctionnement 2018"
"""A name as long as envelopes have in a budget."""
PASS = "Passer son tour"
BUDGET = {
    "charges": [{"account": "60", "label": "Achats", "amount": 20_000}],
    "products": [
        {"account": "70", "label": "Ventes", "amount": 4_500},
        {"account": "74", "label": "Nous et l’État", "amount": 15_500},
    ],
}
PLAN = {"key": "plan", "type": "budget", "label_fr": "B", "label_en": "B", "required": False}


def a_ranked_scene(session: Session, *, applications: int = 6, voted: int = 6_000_000) -> Scene:
    """Files with long names whose jury has ranked them and is closed; half in a neighbourhood."""
    scene = a_scene(session, applications=applications, voted=voted)
    scene.call.title_fr = CALL
    entitle(session, scene.applications)
    session.execute(
        update(Organisation)
        .where(Organisation.id == scene.applications[-1].organisation_id)
        .values(seat_qpv=True, seat_qpv_known="declared", seat_qpv_by=None, place_qpv=None)
    )
    jury = session.scalars(select(Jury).where(Jury.call_id == scene.call.id)).one()
    seat = a_seat(session, jury)
    for nth, one in enumerate(scene.applications):
        an_assignment(session, seat, one)
        a_review(session, seat, one, 9 - nth, 8)
    close_jury(session, jury.id, store=a_store(), actor=scene.officer, now=NOW)
    session.flush()
    return scene


def computed(
    session: Session, scene: Scene, scenario: Scenario, name: str, **asked: Any
) -> Scenario:
    """What a worker makes of a scenario under these rules."""
    options = Options(envelope=scene.envelope_id, by_track={}, **asked)
    act = {"name": name, "actor": scene.officer, "now": NOW}
    job_id = services.ask(session, scenario.id, options, **act)
    source = queries.scenario(session, scenario.id, viewer=scene.officer)
    problem = given(session, source, options, scene.officer)
    found = solve(problem.problem)
    return services.keep(session, source, problem, found, job_id=job_id, options=options, **act)


def prepared(session: Session, many: int) -> Iterator[Look]:
    """Scenarios of two envelopes: one goes beyond, one is accepted; side by side, line by line."""
    scene = a_ranked_scene(session, applications=many)
    second = an_envelope(session, scene.funder, label=LABEL, amount=2_000_000)
    draws_on(session, scene.call, second, scene.funder)
    officer, call = scene.people[FunderRole.OFFICER], scene.call
    index = f"{OFFICE}/appels/{call.id}/scenarios"
    yield Look(officer, index)
    first, other = (a_scenario(session, scene, name=one) for one in (FIRST, SECOND))
    lines: tuple[Mapping[str, Any], ...] = (
        {"amount": Amount(5_900_000), "base": Amount(7_000_000)},
        {"amount": None, "rate": 3333},
        {"envelope_id": second, "amount": Amount(1_250_000)},
        _no(Outcome.REFUSAL, "Le loyer n’est pas confirmé, et le budget n’est pas équilibré."),
        _no(Outcome.WAITLIST),
    )
    for nth, one in enumerate(lines):
        typed(session, scene, first, nth, **one)
    typed(session, scene, first, 0, version=1, amount=Amount(6_400_000), base=Amount(7_000_000))
    for nth in range(3):
        typed(session, scene, other, nth)
    page, line = f"{OFFICE}/scenarios/{first.id}", f"dossiers/{scene.applications[0].id}"
    both = f"{index}/comparer?s={first.id}&s={other.id}"
    yield Look(officer, index)
    yield Look(officer, index, press="Commencer ce scénario", answer=422)
    for tail in ("", "?q=introuvable", "?outcome=refusal&sort=-amount", "/historique", "/calcul"):
        yield Look(officer, page + tail)
    yield Look(officer, f"{page}/{line}")
    wrong = {"amount": "beaucoup", "rate": "120"}
    yield Look(officer, f"{page}/{line}", press="Enregistrer", answer=422, fill=wrong)
    for tail in ("", "&differences=1"):
        yield Look(officer, both + tail)
    yield Look(officer, f"{index}/comparer")
    yield Look(scene.people[FunderRole.ELECTED], page)
    yield Look(scene.people[FunderRole.AUDITOR], f"{page}/{line}")
    services.accept(session, other.id, actor=scene.officer, now=NOW)
    yield Look(officer, f"{OFFICE}/scenarios/{other.id}")
    yield Look(officer, f"{OFFICE}/appels/{call.id}/decision/{scene.funder.id}")


def worked_out(session: Session, many: int) -> Iterator[Look]:
    """Proposals that the computer made: each line with its reason; one whose rules no way meets."""
    scene = a_ranked_scene(session, applications=many, voted=3_000_000)
    officer = scene.people[FunderRole.OFFICER]
    source = a_scenario(session, scene)
    share = Quota("qpv", Bound.LEAST, Measure.MONEY, share=300)
    made = computed(session, scene, source, "Calcul", ceiling=900_000, quotas=(share,))
    three = Quota("qpv", Bound.LEAST, Measure.PROJECTS, amount=3)
    lacking = computed(session, scene, source, "Calcul impossible", quotas=(three,))
    page = f"{OFFICE}/scenarios/{made.id}"
    yield Look(officer, page)
    yield Look(officer, f"{page}/dossiers/{scene.applications[-1].id}")
    yield Look(officer, f"{OFFICE}/scenarios/{lacking.id}")
    wrong = {"quotas-0-target": "qpv", "quotas-0-number": "140", "quotas-0-measure": "share_money"}
    ask = "Calculer"
    yield Look(officer, f"{page}/calcul", press=ask, answer=422, fill=wrong | {"floor": "un peu"})
    yield Look(officer, f"{OFFICE}/appels/{scene.call.id}/scenarios")


def shared(session: Session, many: int) -> Iterator[Look]:
    """Two funders, one project: what each says, what is missing and who covers it; the cap."""
    scene = a_scene(session, applications=1)
    entitle(session, scene.applications)
    other = a_funder(session, name="Région des Monts et des Plaines de la haute Brune")
    session.add(CallFunder(call_id=scene.call.id, funder_id=other.id, position=9, is_lead=False))
    session.flush()
    draws_on(session, scene.call, theirs := an_envelope(session, other), other)
    _with_a_budget(session, scene)
    region = acting_as(session, a_funder_member(session, other, FunderRole.OFFICER))
    officer, one = scene.people[FunderRole.OFFICER], scene.applications[0]
    page = f"{OFFICE}/dossiers/{one.id}/financement"
    yield Look(officer, page)
    ours, their = an_award(scene, 0, amount=700_000), an_award(scene, 0, envelope_id=theirs)
    wanted = Wanted(**vars(replace(their, amount=Amount(400_000))))
    by = {"actor": region, "now": NOW}
    propose(session, scene.call.id, other.id, wanted=[wanted], **by)
    a_deliberation(session, scene, ours)
    note = "Sous réserve du bail, que la commune doit encore signer."
    financing.say_opinion(session, one.id, other.id, view=View.RESERVED, note=note, **by)
    kept = {"actor": scene.officer, "now": NOW, "note": "Prêt de la caisse solidaire"}
    financing.cover(session, one.id, source=Source.OWN, amount=Amount(50_000), **kept)
    yield Look(officer, page)
    yield Look(officer, page, press="L’inscrire au plan", answer=422)
    yield Look(scene.people[FunderRole.AUDITOR], page)
    more = replace(wanted, amount=Amount(1_600_000))
    propose(session, scene.call.id, other.id, wanted=[more], **by)
    yield Look(officer, page)


def waited(session: Session, many: int) -> Iterator[Look]:
    """Waiting lists: nobody; money that came back and a turn to settle; passed over, accepted."""
    scene = a_scene(session, applications=4, voted=3_000_000)
    entitle(session, scene.applications)
    officer = scene.people[FunderRole.OFFICER]
    page = f"{OFFICE}/appels/{scene.call.id}/listes-d-attente"
    yield Look(officer, page)
    items = [Item(application_id=one.id, outcome=Outcome.WAITLIST) for one in scene.applications]
    part = an_award(scene, 0, amount=400_000)
    a_deliberation(session, scene, part, *items[1:], executory=True)
    act = {"actor": scene.officer, "now": NOW}
    places = [
        waiting.add(session, scene.call.id, scene.envelope_id, one.id, wanted=None, **act)
        for one in (*scene.applications[1:], scene.applications[0])
    ]
    waiting.look(session, now=NOW)
    waiting.pass_over(session, places[0].id, reason="L’association renonce à son projet.", **act)
    waiting.look(session, now=NOW)
    yield Look(officer, page)
    yield Look(officer, page, press=PASS, unfold=PASS, answer=422)
    yield Look(scene.people[FunderRole.AUDITOR], page)
    waiting.accept(session, places[1].id, draft_text="Chère association,", **act)
    booked(session, "reserve", scene.envelope_id, 100_000)
    waiting.look(session, now=NOW + timedelta(minutes=1))
    yield Look(officer, page)


def _no(outcome: Outcome, reason: str = "") -> Mapping[str, Any]:
    nothing = dict.fromkeys(("instrument", "envelope_id", "amount"))
    return {**nothing, "outcome": outcome, "reason": reason}


def _with_a_budget(session: Session, scene: Scene) -> None:
    scene.call.award_rule = {**scene.call.award_rule, "rate_max": 80}
    revision = session.get_one(FormRevision, scene.call.current_revision_id)
    first, *rest = revision.document["sections"]
    session.execute(text("SET LOCAL session_replication_role = replica"))
    revision.document = {"sections": [{**first, "fields": [*first["fields"], PLAN]}, *rest]}
    one = scene.applications[0]
    one.answers = {**one.answers, "plan": BUDGET}
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()
