"""The appraisal's people and files, before its journey begins; the pages that it walks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from build.applications import ANSWERS, FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, an_organisation
from grants.appraisal.models import Label
from grants.calls.models import Batch, CallKind
from journeys.stage import Stage

TITLE = "Les vergers partagés du Ried"
"""The title of the file that the journey follows."""
EMAIL = "yvon.brandt@vergers.example"


@dataclass(frozen=True)
class Desk:
    """An authority with two officers, a rolling call in sessions, and the files of its inbox."""

    first: UUID
    second: UUID
    applicant: UUID
    call: UUID
    draft: str
    file: str

    @property
    def inbox(self) -> str:
        """The list of the call's files."""
        return f"/instruction/appels/{self.call}/dossiers"

    def of_file(self, *parts: str) -> str:
        """A page about the file."""
        return "/".join([self.file, *parts])

    def pages(self) -> list[str]:
        """Every page of the appraisal that an officer opens while the file is in hand."""
        here = "/instruction"
        return [
            *(f"{here}/{one}" for one in ("charge", "contacts", "etiquettes")),
            f"{here}/dossiers?q=vergers",
            f"{self.inbox}?q=vergers",
            f"{here}/appels/{self.call}/exports",
            *(self.of_file(one) for one in ("controle", "echanges", "avis", "structure")),
            self.of_file("complements"),
            self.of_file("irrecevable"),
            self.file,
            "/taches",
            "/compte/courriels",
        ]


def a_desk(stage: Stage, *, others: int = 50) -> Desk:
    """The desk, at an instant when the call is open; `others` files came in before."""
    stage.move_to(NOW + timedelta(hours=1))
    with stage.session() as session:
        funder = a_funder(session, key="ried", name="Communauté du Ried")
        people = [
            a_funder_member(session, funder, name=name) for name in ("Olive Ried", "Line Rey")
        ]
        call = a_call(
            session,
            funders=[funder],
            document=FORM,
            kind=CallKind.ROLLING,
            slug="vergers-2018",
            title_fr="Vergers et jardins",
            title_en="Orchards and gardens",
            second_check=True,
        )
        days = (("Session de printemps", 10), ("Session d’été", 100))
        session.add_all(
            Batch(call_id=call.id, label_fr=name, cut_off_at=NOW + timedelta(days=day))
            for name, day in days
        )
        session.add(Label(funder_id=funder.id, name="à visiter"))
        known = an_organisation(session, name="Les jardins d’à côté")
        for n in range(others):
            title = f"{TITLE}, suite" if n == 0 else f"Potager numéro {n}"
            an_application(
                session, call, organisation=known, author=people[1], state=S.SUBMITTED, title=title
            )
        author = a_person(session, name="Yvon Brandt", email=EMAIL)
        town = {"place_city": "Muttersholtz", "place_commune_code": "67311"}
        body = an_organisation(
            session, representative=author, name="Les vergers", place_postcode="67600", **town
        )
        draft = an_application(
            session, call, organisation=body, author=author, answers={**ANSWERS, "title": TITLE}
        )
        session.flush()
        return Desk(
            first=people[0].id,
            second=people[1].id,
            applicant=author.id,
            call=call.id,
            draft=f"/dossiers/{draft.id}",
            file=f"/instruction/dossiers/{draft.id}",
        )
