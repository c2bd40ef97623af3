"""A call leaves one installation as a file and enters another; a new form is told to drafts."""

from __future__ import annotations

from copy import deepcopy

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call, a_call_from_template, a_form, an_officer_of
from build.clock import NOW
from build.people import a_funder, a_person
from config import ROOT
from grants.applications.services.rebasing import rebase_drafts
from grants.calls import workbench
from grants.calls.form import document_hash
from grants.calls.models import AccessCode, Call, CallFunder, CallState
from grants.calls.services import revising
from grants.cli import main
from grants.notices import services as notices
from grants.notices.giving import Site
from grants.notices.models import Mail
from grants.outbox.models import Message
from workers.handlers import HANDLERS
from workers.rendering import Pages
from workers.tasks import drafts as tasks


@pytest.fixture
def laureat(fresh_url, tmp_path):
    env = {
        "DATABASE_URL": fresh_url,
        "LAUREAT_EMBEDDED": "1",
        "LAUREAT_VAR": str(tmp_path / "var"),
    }
    return lambda *words, **more: CliRunner().invoke(main, words, env=env, **more)


def test_a_call_is_exported_imported_and_exported_the_same(laureat, fresh_database, tmp_path):
    with fresh_database.transaction() as session:
        lead = a_funder(session, key="valbrune", name="Valbrune")
        call = a_call_from_template(session, "scic_creation", clermont=lead)
        call.contact_email = "aline.dupre@valbrune.example"
        session.add(
            AccessCode(
                call_id=call.id,
                code_hash="a" * 64,
                given_to="Les Jardins de la Brune",
                expires_at=NOW,
                created_by=a_person(session).id,
            )
        )
        a_funder(session, key="hautecombe", name="Hautecombe")
        slug = call.slug
    done = laureat("call", "export", slug)
    assert done.exit_code == 0, done.output
    assert "Jardins" not in done.stdout
    assert "@" not in done.stdout
    file = tmp_path / "call.yaml"
    file.write_text(done.stdout, "utf-8")
    made = laureat("call", "import", str(file), "--funder", "hautecombe", "--slug", "ailleurs")
    assert made.exit_code == 0, made.output
    again = laureat("call", "export", "ailleurs").stdout
    assert again == done.stdout.replace(f"slug: {slug}", "slug: ailleurs")
    with fresh_database.reading() as session:
        found = session.scalars(select(Call).where(Call.slug == "ailleurs")).one()
        assert found.state is CallState.DRAFT
        parts = session.scalars(select(CallFunder).where(CallFunder.call_id == found.id)).all()
        assert len(parts) == 1


def test_what_cannot_be_moved_is_told_in_a_line(laureat, fresh_database, tmp_path):
    with fresh_database.transaction() as session:
        a_funder(session, key="valbrune")
    assert laureat("call", "export", "inconnu").exit_code == 2
    file = tmp_path / "call.yaml"
    file.write_text("key: 3\n", "utf-8")
    wrong = laureat("call", "import", str(file), "--funder", "valbrune")
    assert wrong.exit_code == 1
    assert "call.yaml is no call" in wrong.stderr
    assert laureat("call", "import", str(file), "--funder", "inconnu").exit_code == 2
    assert laureat("call", "import", str(file)).exit_code == 2


@pytest.fixture
def revised(session):
    """A draft of a call whose form has just changed, and the message that says so."""
    lead = a_funder(session)
    call = a_call(session, funders=[lead])
    draft = an_application(session, call)
    officer = an_officer_of(lead)
    revising.begin(session, call.id, actor=officer, now=NOW)
    document = deepcopy(a_form())
    fields = document["sections"][0]["fields"]
    fields[0]["label_fr"] = "Titre du projet"
    fields[2] = {**fields[2], "key": "site", "type": "url", "label_fr": "Votre site"}
    revision = workbench.newest_revision(session, call.id)
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    revising.publish_revision(
        session, call.id, seen=document_hash(document), actor=officer, now=NOW
    )
    return draft


def test_a_new_version_is_heard_once_by_the_drafts(session, revised, monkeypatch, database, clock):
    monkeypatch.setattr(tasks, "database", lambda: database)
    monkeypatch.setattr(tasks, "now", clock.now)
    told = session.scalars(select(Message).where(Message.kind == "call.form_revised")).one()
    assert HANDLERS["call.form_revised"] == ("drafts.rebase",)
    for _ in range(2):
        tasks.rebase(str(told.id))
    kinds = select(Message).where(Message.kind == "application.rebased")
    assert [one.subject_id for one in session.scalars(kinds)] == [revised.id]


def test_the_mail_lists_what_changed(session, revised):
    assert rebase_drafts(session, revised.call_id, now=NOW) == 1
    told = session.scalars(select(Message).where(Message.kind == "application.rebased")).one()
    site = Site(base_url="https://laureat.example", secret_key="s" * 32)
    notices.compose(session, told.id, renderer=Pages(ROOT), site=site, now=NOW)
    (mail,) = session.scalars(select(Mail).where(Mail.message_id == told.id))
    assert mail.subject == "Le formulaire que vous remplissez a changé"
    for words in ("- Titre du projet", "- Votre site", "- Adresse de contact", str(revised.id)):
        assert words in mail.text, mail.text
