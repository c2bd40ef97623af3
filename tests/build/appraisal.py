"""What officers keep and ask: a label, a contact point, a search, a layout, an opinion, a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from build.clock import NOW
from grants.appraisal.links import token_of
from grants.appraisal.models import (
    ExportProfile,
    Label,
    OpinionRequest,
    ReferentRule,
    SavedView,
    ThreadMessage,
)
from grants.files.models import StoredFile
from grants.jobs.models import Job, JobState
from grants.kernel.clock import paris_date
from grants.people.models import Funder


def an_opinion(session: Session, application: Any, officer: Any, **columns: Any) -> OpinionRequest:
    """An opinion awaited from someone without an account, about the title."""
    asked = OpinionRequest(
        **{
            "application_id": application.id,
            "email": "expert@example.org",
            "name": "Dominique Laforge",
            "question": "Est-ce faisable ?",
            "field_keys": ["title"],
            "asked_at": NOW,
            "asked_by": officer.id,
            "due_on": paris_date(NOW + timedelta(days=10)),
            "expires_at": NOW + timedelta(days=25),
            **columns,
        }
    )
    session.add(asked)
    session.flush()
    return asked


def a_job(session: Session, person: Any, **columns: Any) -> Job:
    """Work asked for and not begun."""
    job = Job(
        **{
            "kind": "applications.export",
            "started_by": person.id,
            "started_at": NOW,
            "touched_at": NOW,
            "total": 3,
            **columns,
        }
    )
    session.add(job)
    session.flush()
    return job


def appraisal_under_way(session: Session, side: Any, funder: Funder, secret: str) -> None:
    """One of each, for the matrix of one side."""
    officer, file = side.people["officer"], side.applications["submitted"]
    label = Label(funder_id=funder.id, name="urgent")
    point = ReferentRule(
        funder_id=funder.id, position=1, label="Bassin", person_id=officer.id, communes=["63"]
    )
    view = SavedView(person_id=officer.id, name="À lire", address="?q=is:open")
    profile = ExportProfile(funder_id=funder.id, name="Court", columns=["number"])
    message = ThreadMessage(
        application_id=file.id,
        author_id=side.people["representative"].id,
        by_applicant=True,
        written_at=NOW,
        text=f"Bonjour de {side.name}",
    )
    session.add_all([label, point, view, profile, message])
    asked = an_opinion(session, file, officer, field_keys=["requested"])
    made = session.query(StoredFile).filter(StoredFile.name.contains(side.name)).first()
    done = a_job(
        session, officer, state=JobState.DONE, finished_at=NOW, result_file_id=made.id, done=3
    )
    side.objects |= {
        "label": label.id,
        "contact": point.id,
        "view": view.id,
        "profile": profile.id,
        "opinion": asked.id,
        "token.opinion": token_of(secret, asked.id),
        "job": done.id,
        "reader.officer": officer.id,
    }
