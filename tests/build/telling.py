"""What one authority has to tell: a text of letters, appeals filed and answered."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.people import acting_as
from build.sides import SECRET, Side, a_document
from build.signing import documented, lets_sign, may_sign, signed_by
from grants.agreements import services as agreements
from grants.agreements.beginnings import ORDER
from grants.agreements.models import Side as SignedBy
from grants.agreements.services import keeping as agreements_keeping
from grants.agreements.signing import OneTimeCode
from grants.agreements.usual import Kind
from grants.appeals import services as appeals
from grants.decisions.models import Outcome
from grants.files.store import FileStore
from grants.notices import services as notices
from grants.notices.models import Letter
from grants.notices.papers import Paper, Scan
from grants.notices.services.printing import new_reference
from grants.notices.services.scanning import attach, bring_scan, keep_pages
from grants.payments.services.stating import keep_statement

LETTER = "Acte [acte] du [date] : [montant].\n\nMotif : [motif]\n\n[recours]"
DRAFTED = notices.Drafted(name="Accord", outcome=Outcome.AWARD, body_fr=LETTER)


def agreements_under_way(session: Session, store: FileStore, side: Side) -> None:
    """An agreement being written, one to be signed, one to be countersigned."""
    officer = acting_as(session, side.people["officer"])
    applicant = acting_as(session, side.people["representative"])
    codes = OneTimeCode(SECRET)
    for stage, moves in (("planned", 0), ("claimed", 1), ("certified", 2), ("prepared", 3)):
        made = agreements.draft(
            session, side[f"decision.{stage}"], text="Article 1.", actor=officer, now=NOW
        )
        session.refresh(made, ["acts"])
        act_id = made.acts[0].id
        side.objects |= {f"agreement.{stage}": made.id, f"act.{stage}": act_id}
        if moves > 0:
            agreements.send(session, act_id, actor=officer, now=NOW)
            documented(session, act_id, store)
        for who, party in ((applicant, SignedBy.BENEFICIARY), (officer, SignedBy.AUTHORITY)):
            if moves > (1 if party is SignedBy.BENEFICIARY else 2):
                signed_by(session, act_id, party, who, codes)
    proved = a_document(session, store, side, f"preuve-{side.name}.pdf")
    code = agreements_keeping.new_proof_code()
    agreements.keep_proof(session, side["act.prepared"], proved, code=code, now=NOW)
    asked = agreements.ask_code(
        session, side["act.claimed"], SignedBy.BENEFICIARY, actor=applicant, now=NOW
    )
    side.objects["signing"] = lets_sign(session, side["act.certified"], officer.id)
    other = may_sign(session, side["funder"], side.people["elected"].id)
    side.objects["signing.other"] = other.id
    asked_too = agreements.ask_code(
        session, side["act.certified"], SignedBy.AUTHORITY, actor=officer, now=NOW
    )
    side.objects["code.claimed"] = codes.code(asked.id)
    side.objects["code.certified"] = codes.code(asked_too.id)


def piles_brought(session: Session, store: FileStore, side: Side) -> None:
    """A pile that was read: a page of a letter, and one to be placed by hand."""
    officer = acting_as(session, side.people["officer"])
    reference = new_reference()
    paper = Paper(
        funder_id=side["funder"],
        application_id=side["application.planned"],
        reference=reference,
        letter_id=side["letter.planned"],
        printed_at=NOW,
    )
    session.add(paper)
    session.flush()
    pile = a_document(session, store, side, f"pile-{side.name}.pdf")
    bring_scan(session, side["funder"], pile, actor=officer, now=NOW)
    scan = session.scalars(select(Scan).where(Scan.stored_file_id == pile.id)).one()
    keep_pages(session, scan.id, [reference, None], now=NOW)
    attach(session, paper.id, pile, actor=officer, now=NOW)
    session.refresh(scan, ["pages"])
    side.objects |= {"paper.signed": paper.id, "scan": scan.id, "scan_page": scan.pages[1].id}
    number = session.get_one(Letter, side["letter.planned"]).number
    side.objects["letter.number"] = number


def telling_under_way(session: Session, store: FileStore, side: Side) -> None:
    """Two texts, an appeal that waits, one that is answered and not read."""
    officer = acting_as(session, side.people["officer"])
    applicant = acting_as(session, side.people["representative"])
    text = agreements.keep_usual(
        session, side["funder"], Kind.ORDER, None, body=ORDER, actor=officer, now=NOW
    )
    side.objects["usual_text"] = text.id
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
    stated = a_document(session, store, side, f"decompte-{side.name}.pdf")
    keep_statement(session, side["order.prepared"], stated, now=NOW)
    agreements_under_way(session, store, side)
    piles_brought(session, store, side)
