"""What one authority has to tell: a text of letters, appeals filed and answered."""

from __future__ import annotations

from sqlalchemy.orm import Session

from build.clock import NOW
from build.people import acting_as
from build.sides import Side, a_document
from grants.appeals import services as appeals
from grants.decisions.models import Outcome
from grants.files.store import FileStore
from grants.notices import services as notices

LETTER = "Acte [acte] du [date] : [montant].\n\nMotif : [motif]\n\n[recours]"
DRAFTED = notices.Drafted(name="Accord", outcome=Outcome.AWARD, body_fr=LETTER)


def telling_under_way(session: Session, store: FileStore, side: Side) -> None:
    """Two texts, an appeal that waits, one that is answered and not read."""
    officer = acting_as(session, side.people["officer"])
    applicant = acting_as(session, side.people["representative"])
    for name in ("template", "template.last"):
        kept = notices.add_template(session, side["funder"], DRAFTED, actor=officer, now=NOW)
        side.objects[name] = kept.id
    for stage in ("planned", "certified"):
        given = a_document(session, store, side, f"preuve-{stage}-{side.name}.pdf")
        filed = appeals.file_appeal(
            session,
            side[f"application.{stage}"],
            side[f"deliberation.{stage}"],
            grounds=f"Le montant ne suffit pas à {side.name}.",
            documents=[given],
            actor=applicant,
            now=NOW,
        )
        session.refresh(filed, ["files"])
        side.objects[f"appeal.{stage}"] = filed.id
        side.objects[f"appeal_file.{stage}"] = filed.files[0].id
    appeals.answer_appeal(
        session,
        side["appeal.certified"],
        effect=None,
        answer=f"Le montant de {side.name} est celui du règlement.",
        actor=officer,
        now=NOW,
    )
