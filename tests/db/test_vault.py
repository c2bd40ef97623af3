"""Documents deposited once: one version in force, all of them kept, warned once, reused."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call, a_form
from build.clock import NOW
from build.people import a_member, a_person, acting_as, an_organisation
from build.vault import PDF, a_kept_document
from grants.applications import services as applications
from grants.applications.models import ApplicationFile, ApplicationState
from grants.calls.form import FieldType
from grants.files.models import Scan
from grants.kernel.access import OrganisationRole
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.outbox.models import Message
from grants.vault import queries, services
from grants.vault.models import DocumentKind
from grants.vault.services import Deposit

K = DocumentKind


def handing_in(kind=K.STATUTES, name="statuts.pdf", content=PDF, **more) -> Deposit:
    return Deposit(kind=kind, stream=io.BytesIO(content), name=name, **more)


def kinds(session) -> list[str]:
    return list(session.scalars(select(Message.kind).order_by(Message.serial)))


@pytest.fixture
def home(session):
    """An organisation, and its representative as an actor."""
    person = a_person(session)
    organisation = an_organisation(session, representative=person)
    return organisation, acting_as(session, person)


@pytest.fixture
def keep(session, file_store, home):
    """Deposit something in the organisation's vault, by its representative unless told."""

    def keep(actor=None, now=NOW, **what):
        organisation, representative = home
        return services.deposit(
            session,
            file_store,
            organisation.id,
            handing_in(**what),
            actor=actor or representative,
            now=now,
        )

    return keep


def test_a_kind_that_stands_alone_is_replaced_and_its_history_stays(session, home, keep):
    organisation, actor = home
    first = keep()
    second = keep(name="statuts-2018.pdf")
    assert (first.replaced_at, first.replaced_by_id) == (NOW, second.id)
    current = queries.current(session, organisation.id, viewer=actor)
    assert [one.id for one in current] == [second.id]
    versions = queries.versions(session, organisation.id, viewer=actor)
    assert {one.id for one in versions} == {first.id, second.id}
    told = ["organisation_document.deposited", "organisation_document.replaced"]
    assert kinds(session) == told


def test_accounts_of_several_years_stand_side_by_side(session, home, keep):
    organisation, actor = home
    years = [keep(kind=K.ACCOUNTS, valid_from=date(year, 12, 31)) for year in (2016, 2017)]
    current = queries.current(session, organisation.id, viewer=actor)
    assert {one.id for one in current} == {one.id for one in years}
    assert years[1].valid_until == date(2019, 6, 30)


def test_one_of_them_is_replaced_by_name(session, file_store, home, keep):
    _, actor = home
    old = keep(kind=K.ACCOUNTS, valid_from=date(2017, 12, 31))
    other = keep(kind=K.ACCOUNTS, valid_from=date(2016, 12, 31))
    handed_in = handing_in(K.ACCOUNTS, valid_from=date(2017, 12, 31))
    replace = {"actor": actor, "now": NOW}
    new = services.replace(session, file_store, old.id, handed_in, **replace)
    assert (old.is_in_force, other.is_in_force, new.is_in_force) == (False, True, True)
    with pytest.raises(Refused, match=r"vault\.not_in_force"):
        services.replace(session, file_store, old.id, handing_in(K.ACCOUNTS), **replace)


def test_a_document_is_withdrawn_once_and_stays_as_history(session, home, keep):
    organisation, actor = home
    document = keep()
    for _ in range(2):
        services.withdraw(session, document.id, actor=actor, now=NOW)
    assert queries.current(session, organisation.id, viewer=actor) == []
    assert len(queries.versions(session, organisation.id, viewer=actor)) == 1
    assert kinds(session).count("organisation_document.withdrawn") == 1


@pytest.mark.parametrize(
    ("what", "code", "field"),
    [
        ({"kind": K.ACCOUNTS}, "vault.start_needed", "valid_from"),
        ({"kind": K.OTHER}, "vault.label_needed", "label"),
        ({"name": "statuts.exe"}, "files.type_refused", "file"),
        ({"content": b"MZ"}, "files.content_mismatch", "file"),
    ],
)
def test_a_refused_document_is_told_beside_its_field(session, keep, what, code, field):
    with pytest.raises(Refused) as caught:
        keep(**what)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_vault_has_an_end(session, keep, monkeypatch):
    monkeypatch.setattr(services, "IN_FORCE_MAX", 1)
    keep()
    keep()  # replaces
    with pytest.raises(Refused, match=r"vault\.full"):
        keep(kind=K.RIB, name="rib.pdf")


def test_strangers_see_and_change_nothing(session, file_store, home, keep):
    organisation, _ = home
    document = keep()
    stranger = acting_as(session, a_person(session))
    assert queries.current(session, organisation.id, viewer=stranger) == []
    assert queries.versions(session, organisation.id, viewer=stranger) == []
    for act in (
        lambda: queries.document(session, document.id, viewer=stranger),
        lambda: keep(actor=stranger),
        lambda: services.withdraw(session, document.id, actor=stranger, now=NOW),
        lambda: services.replace(
            session, file_store, document.id, handing_in(), actor=stranger, now=NOW
        ),
    ):
        with pytest.raises(Unknown):
            act()


@pytest.mark.parametrize(
    ("days", "warned"), [(-1, False), (0, True), (30, True), (31, False), (None, False)]
)
def test_an_end_is_told_thirty_days_before(session, file_store, home, days, warned):
    organisation, _ = home
    end = None if days is None else NOW.date() + timedelta(days=days)
    person = a_person(session)
    a_kept_document(session, file_store, organisation.id, by=person, valid_until=end)
    assert services.warn_of_ends(session, now=NOW) == (1 if warned else 0)


def test_each_end_is_told_once_and_a_new_end_anew(session, file_store, home):
    organisation, _ = home
    end = NOW.date() + timedelta(days=20)
    person = a_person(session)
    document = a_kept_document(session, file_store, organisation.id, by=person, valid_until=end)
    told = [services.warn_of_ends(session, now=NOW) for _ in range(2)]
    document.valid_until = end + timedelta(days=5)
    session.flush()
    assert [*told, services.warn_of_ends(session, now=NOW)] == [1, 0, 1]
    message = session.scalars(select(Message).order_by(Message.serial)).first()
    assert message.kind == "organisation_document.ending"
    assert message.payload == {"document": str(document.id), "document_kind": "statutes"}


def test_a_replaced_or_withdrawn_document_is_not_told(session, file_store, home, keep):
    _, actor = home
    end = NOW.date() + timedelta(days=10)
    keep(kind=K.RIB, name="rib.pdf", valid_until=end)
    keep(kind=K.RIB, name="rib.pdf")
    other = keep(valid_until=end)
    services.withdraw(session, other.id, actor=actor, now=NOW)
    assert services.warn_of_ends(session, now=NOW) == 0


@pytest.fixture
def draft(session, home):
    """A draft of the organisation, and the key of its field that takes documents."""
    organisation, _ = home
    call = a_call(session, document=a_form(files_required=True))
    author = a_person(session)
    application = an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        with_files=False,
        state=ApplicationState.DRAFT,
    )
    session.refresh(application, ["revision"])
    fields = application.revision.form.fields()
    return application, next(one.key for one in fields if one.type is FieldType.FILE)


def take(session, draft, document, actor, now=NOW):
    application, key = draft
    return applications.attach_from_vault(
        session, application.id, key, document.id, actor=actor, now=now
    )


def test_an_application_keeps_the_version_that_it_took(session, home, keep, draft):
    _, actor = home
    first = keep()
    attached = take(session, draft, first, actor)
    keep(name="statuts-2018.pdf")
    services.withdraw(session, keep(kind=K.RIB, name="rib.pdf").id, actor=actor, now=NOW)
    session.refresh(attached)
    assert (attached.stored_file_id, attached.removed_at) == (first.stored_file_id, None)


def test_the_same_document_is_not_taken_twice(session, home, keep, draft):
    _, actor = home
    document = keep()
    assert take(session, draft, document, actor).id == take(session, draft, document, actor).id
    files = session.scalars(select(ApplicationFile)).all()
    assert len(files) == 1


def test_only_what_is_in_force_good_and_sound_is_taken(session, file_store, home, keep, draft):
    _, actor = home
    old = keep()
    keep()
    with pytest.raises(Refused, match=r"vault\.not_in_force"):
        take(session, draft, old, actor)
    over = keep(kind=K.RIB, name="rib.pdf", valid_until=NOW.date())
    take(session, draft, over, actor)  # its last day
    with pytest.raises(Refused, match=r"vault\.over"):
        take(session, draft, over, actor, now=NOW + timedelta(days=1))
    by = a_person(session)
    ill = a_kept_document(session, file_store, home[0].id, by=by, kind=K.OTHER, scan=Scan.INFECTED)
    with pytest.raises(Refused, match=r"vault\.infected"):
        take(session, draft, ill, actor)


def test_anothers_document_does_not_come_in(session, file_store, home, draft):
    organisation, _ = home
    person = a_person(session)
    other = an_organisation(session, representative=person)
    a_member(session, organisation, person=person)  # of both
    document = a_kept_document(session, file_store, other.id, by=person)
    with pytest.raises(Unknown):
        take(session, draft, document, acting_as(session, person))


def test_a_treasurer_does_not_fill_in(session, home, keep, draft):
    organisation, _ = home
    document = keep()
    treasurer = a_member(session, organisation, OrganisationRole.TREASURER)
    with pytest.raises(Forbidden):
        take(session, draft, document, acting_as(session, treasurer))


def test_current_costs_one_statement_whatever_there_is(session, home, keep, statements):
    organisation, actor = home
    keep()
    for rows in (1, 3):
        statements.clear()
        found = queries.current(session, organisation.id, viewer=actor)
        assert [bool(one.stored_file.name) for one in found] == [True] * rows
        assert len(statements) == 1
        keep(kind=K.RIB, name="rib.pdf")
        keep(kind=K.OFFICERS_LIST, name="liste.pdf")


def test_two_deposits_at_once_leave_one_in_force(fresh_database, file_store):
    with fresh_database.transaction() as session:
        person = a_person(session)
        organisation = an_organisation(session, representative=person)
        actor = acting_as(session, person)
    ready = threading.Barrier(2)

    def deposit(name: str) -> None:
        ready.wait()
        with fresh_database.transaction() as session:
            handed_in = handing_in(name=name)
            services.deposit(session, file_store, organisation.id, handed_in, actor=actor, now=NOW)

    threads = [threading.Thread(target=deposit, args=(f"{at}.pdf",)) for at in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with fresh_database.reading() as session:
        versions = queries.versions(session, organisation.id, viewer=actor)
    assert sorted(one.is_in_force for one in versions) == [False, True]
