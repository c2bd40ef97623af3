"""Who sees which application: on one row and in SQL alike; recusal outranks everything."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_member, a_person, acting_as, an_organisation
from grants.applications import queries, rules, services
from grants.applications.models import Application
from grants.applications.queries import Asked
from grants.applications.queries.one import locked_for_move
from grants.calls.models import CallFunder
from grants.kernel.access import Actor, FunderRole, OrganisationRole, Rule
from grants.kernel.errors import Unknown
from grants.kernel.identity import new_id
from grants.people.models import Funder, Organisation, Person

EVERY_RULE = {name: one for name, one in vars(rules).items() if isinstance(one, Rule)}


@pytest.fixture
def world(session):
    """Two authorities, two organisations, a natural person: applications in each state."""
    mine, theirs = a_funder(session), a_funder(session)
    both = a_call(session, funders=[mine, theirs], document=FORM)
    alone = a_call(session, funders=[theirs], document=FORM)
    organisation = an_organisation(session)
    for call, state in product((both, alone), (S.DRAFT, S.SUBMITTED, S.AWARDED, S.WITHDRAWN)):
        an_application(session, call, state=state, organisation=organisation,
                       author=a_person(session))  # fmt: skip
        an_application(session, call, state=state)
        an_application(session, call, state=state, author=a_person(session))
    return mine, theirs, both, alone, organisation


def everyone(session, world) -> list[Actor]:
    mine, theirs, _, _, organisation = world
    applications = session.scalars(select(Application.id).order_by(Application.id)).all()
    authors = session.scalars(
        select(Application.author_id)
        .where(Application.organisation_id.is_(None))
        .order_by(Application.id)
    ).all()
    actors = [
        Actor(id=new_id(), funders={funder.id: frozenset({role})}, recused_from=recused)
        for funder in (mine, theirs)
        for role in FunderRole
        for recused in (frozenset(), frozenset(applications[:5]))
    ]
    actors += [
        Actor(id=new_id(), organisations={organisation.id: frozenset({role})})
        for role in OrganisationRole
    ]
    actors += [Actor(id=author) for author in authors[:2]]
    actors.append(
        Actor(
            id=authors[0],
            organisations={organisation.id: frozenset(OrganisationRole)},
            funders={mine.id: frozenset(FunderRole)},
            recused_from=frozenset(applications[::2]),
        )
    )
    return [*actors, Actor(id=new_id())]


@pytest.mark.parametrize("name", sorted(EVERY_RULE))
def test_a_rule_says_the_same_of_one_row_and_in_sql(session, world, name) -> None:
    rule = EVERY_RULE[name]
    rows = [
        locked_for_move(session, application_id, Actor(id=new_id()))
        for application_id in session.scalars(select(Application.id))
    ]
    for actor in everyone(session, world):
        held = {row.id for row in rows if rule.holds(actor, row)}
        found = set(session.scalars(select(Application.id).where(rule.where(actor))))
        assert held == found, actor


def officer(funder, *roles, **more) -> Actor:
    return Actor(id=new_id(), funders={funder.id: frozenset(roles or {FunderRole.OFFICER})}, **more)


def lead_of(session, call) -> Funder:
    lead = select(CallFunder.funder_id).where(CallFunder.call_id == call.id, CallFunder.is_lead)
    return session.get_one(Funder, session.scalar(lead))


def test_an_officer_reads_the_calls_of_their_authority_and_no_draft(session, world) -> None:
    mine, theirs, both, alone, _ = world
    assert queries.counts_by_state(session, both.id, officer(mine)) == {
        S.SUBMITTED: 3,
        S.AWARDED: 3,
        S.WITHDRAWN: 3,
    }
    assert queries.counts_by_state(session, alone.id, officer(mine)) == {}
    assert sum(queries.counts_by_state(session, alone.id, officer(theirs)).values()) == 9


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (FunderRole.OFFICER, True),
        (FunderRole.AUDITOR, True),
        (FunderRole.ELECTED, True),
        (FunderRole.FINANCE, False),
        (FunderRole.APPROVER, False),
        (FunderRole.ADMINISTRATOR, False),
    ],
)
def test_which_roles_read(session, world, role, reads) -> None:
    mine, _, both, *_ = world
    lines = queries.inbox(session, both.id, officer(mine, role), Asked())
    assert len(lines) == (9 if reads else 0)
    assert queries.total(session, both.id, officer(mine, role), Asked()) == len(lines)


def test_whoever_is_recused_sees_nothing_of_it_anywhere(session, world) -> None:
    mine, _, both, *_ = world
    hidden = session.scalars(
        select(Application).where(Application.call_id == both.id, Application.state == S.AWARDED)
    ).first()
    hidden.title = "Projet secret"
    hidden.search_text = "projet secret"
    session.flush()
    viewer = officer(mine, *FunderRole, recused_from=frozenset({hidden.id}))
    other = officer(mine)
    assert queries.counts_by_state(session, both.id, viewer)[S.AWARDED] == 2
    assert queries.counts_by_state(session, both.id, other)[S.AWARDED] == 3
    secret = Asked(text="secret")
    assert queries.inbox(session, both.id, viewer, secret) == []
    assert [one.id for one in queries.inbox(session, both.id, other, secret)] == [hidden.id]
    assert hidden.id not in {one.id for one in queries.inbox(session, both.id, viewer, Asked())}
    assert hidden.id not in {row[0] for row in queries.exported(session, both.id, viewer)}
    totals = [
        queries.total(session, both.id, one, asked)
        for one in (viewer, other)
        for asked in (Asked(), secret, Asked(state=S.AWARDED))
    ]
    assert totals == [8, 0, 2, 9, 1, 3]
    with pytest.raises(Unknown):
        queries.readable(session, hidden.id, viewer)


def test_members_see_their_organisation_s_and_nothing_else(session) -> None:
    organisation = an_organisation(session)
    editor = acting_as(session, a_member(session, organisation, OrganisationRole.EDITOR))
    author = a_person(session)
    ours = an_application(session, organisation=organisation, author=author)
    foreign = an_application(session)
    assert [line.id for line in queries.mine(session, editor)] == [ours.id]
    assert queries.own(session, ours.id, editor).id == ours.id
    for read in (queries.own, queries.readable, queries.receipt, queries.locked):
        with pytest.raises(Unknown):
            read(session, foreign.id, editor)
    left = acting_as(session, author)  # wrote it, is a member no more
    assert queries.mine(session, left) == []


def test_a_document_follows_its_application(session) -> None:
    application = an_application(session, state=S.SUBMITTED)
    author = acting_as(session, session.get_one(Person, application.author_id))
    file = queries.own(session, application.id, author).files[0]
    assert queries.attachment(session, file.id, author).stored_file.name == "statuts.pdf"
    for viewer in (acting_as(session, a_person(session)), officer(a_funder(session))):
        with pytest.raises(Unknown):
            queries.attachment(session, file.id, viewer)


def test_the_search_takes_its_signs_literally(session) -> None:
    call = a_call(session, document=FORM)
    viewer = officer(lead_of(session, call))
    an_application(session, call, state=S.SUBMITTED, title="100 % local")
    an_application(session, call, state=S.SUBMITTED, title="Épicerie solidaire")

    def found(text):
        lines = queries.inbox(session, call.id, viewer, Asked(text=text))
        return [line.title for line in lines]

    assert found("%") == ["100 % local"]
    assert found("_") == []
    assert found("epicerie SOLI") == ["Épicerie solidaire"]
    assert found("solidaire local") == []


@pytest.mark.parametrize(
    "sort", ["number", "title", "applicant", "requested", "state", "submitted"]
)
def test_every_sort_goes_both_ways_and_pages_cut_it(session, sort) -> None:
    call = a_call(session, document=FORM)
    viewer = officer(lead_of(session, call))
    for n in range(5):
        an_application(
            session, call, state=S.SUBMITTED, title=f"P{(n * 3) % 5}", requested=100 * ((n * 2) % 5)
        )
    up = queries.inbox(session, call.id, viewer, Asked(sort=sort))
    down = queries.inbox(session, call.id, viewer, Asked(sort=f"-{sort}"))
    assert [one.id for one in up] == [one.id for one in reversed(down)]
    cut = [
        one.id
        for page in (1, 2, 3)
        for one in queries.inbox(
            session, call.id, viewer, Asked(sort=sort, number=page, per_page=2)
        )
    ]
    assert cut == [one.id for one in up]


def test_an_applicant_s_history_holds_what_they_were_told(session) -> None:
    application = an_application(session, state=S.IN_REVIEW)
    call = locked_for_move(session, application.id, Actor(id=new_id())).call
    actor = Actor(id=new_id(), funders={call.lead_id: frozenset({FunderRole.OFFICER})})
    services.move(session, application.id, "shortlist", actor=actor, now=NOW)
    row = queries.readable(session, application.id, actor)
    assert [one.kind for one in queries.timeline(session, row)] == [
        "application.started",
        "application.shortlisted",
    ]
    assert [one.kind for one in queries.timeline(session, row, for_applicant=True)] == [
        "application.started"
    ]


def test_what_says_the_outcome_is_in_the_applicant_s_history_once_they_know_it(session) -> None:
    application = an_application(session, state=S.AWARDED)
    call = locked_for_move(session, application.id, Actor(id=new_id())).call
    actor = Actor(id=new_id(), funders={call.lead_id: frozenset({FunderRole.OFFICER})})
    services.move(session, application.id, "start_agreement", actor=actor, now=NOW)
    row = queries.readable(session, application.id, actor)
    told = queries.timeline(session, row, for_applicant=True)
    assert [one.kind for one in told] == ["application.started"]
    row.knew_at = NOW
    told = queries.timeline(session, row, for_applicant=True)
    assert told[-1].kind == "application.agreement_started"


def test_natural_persons_and_organisations_alike_have_their_name_in_the_list(session) -> None:
    call = a_call(session, document=FORM)
    an_application(session, call, state=S.SUBMITTED, author=a_person(session, name="Ada Roy"))
    an_application(session, call, state=S.SUBMITTED)
    lines = queries.inbox(session, call.id, officer(lead_of(session, call)), Asked(sort="number"))
    name = session.scalar(select(Organisation.name))
    assert [line.applicant for line in lines] == ["Ada Roy", name]
