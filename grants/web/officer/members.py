"""Members of a jury, one by one and by the list: whom to invite, what each can read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import FileField, TextAreaField
from wtforms.validators import Length

from grants.calls.models import Jury
from grants.juries import queries, roster, rules, services
from grants.juries.models import Seat
from grants.juries.queries.suspects import Suspicion, suspicions
from grants.juries.roster import Line
from grants.web.forms import Form, attempt
from grants.web.juror.people_forms import MemberForm
from grants.web.juror.people_words import COLLEGES
from grants.web.juror.words import ANSWERS, ROLES
from grants.web.officer.conflict_words import STRENGTHS, reason_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("members", __name__, url_prefix="/jurys/<uuid:jury_id>/membres")

BYTES_MAX = roster.CHARACTERS_MAX
FAULTS = {
    "columns": _l("There are more columns than name, e-mail, college, role and load."),
    "name": _l("The name is missing."),
    "name_long": _l("The name is too long: 120 characters at most."),
    "email": _l("This is not an e-mail address. It should look like name@example.org."),
    "college": _l("This college is not known: business, citizens, institutions or experts."),
    "role": _l("This role is not known: member or chair."),
    "load": _l("The load is not a whole number from 1 to 1,000."),
    "twice": _l("This address is already higher up in the list."),
}


class RosterForm(Form):
    """A list, pasted or as a file."""

    listed = TextAreaField(
        _l("The list"),
        description=_l(
            "One person a line: name; e-mail; college; role; load. Only the first two are needed. "
            "Paste it from a spreadsheet, or hand in a CSV file below."
        ),
        validators=[Length(max=BYTES_MAX)],
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    file = FileField(_l("Or a CSV file"), render_kw={"accept": ".csv,text/csv,text/plain"})

    def text(self) -> str:
        """What was handed in, the file first; shown in the box from then on."""
        given = request.files.get("file")
        if given is not None and given.filename:
            self.listed.data = decoded(given.stream.read(2 * BYTES_MAX))
        return self.listed.data or ""


@dataclass(frozen=True)
class Shown:
    """One line of a list in its preview."""

    line: Line
    faults: list[object]
    seat: Seat | None
    suspected: list[Suspicion]


@bp.get("/liste")
@allow(Audience.OFFICER, rules.manages)
def ask_list(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """A box for the list."""
    return roster_page(session, jury_id, RosterForm())


@bp.post("/liste")
@allow(Audience.OFFICER, rules.manages)
def send_list(session: Session, jury_id: UUID) -> ResponseReturnValue:
    """Show what the list says, line by line; once it was looked at, invite in one go."""
    form = RosterForm()
    if not form.validate():
        return roster_page(session, jury_id, form), form.status
    lines: list[Line] = []
    with attempt(session, form) as tried:
        lines = roster.read(form.text())
    if tried.refused:
        return roster_page(session, jury_id, form), form.status
    if not lines:
        form.listed.errors = [_("There is nobody on this list.")]
        return roster_page(session, jury_id, form), form.status
    faulty = sum(bool(one.faults) for one in lines)
    if faulty:
        form.listed.errors = [
            ngettext(
                "%(num)s line is to be corrected: it says why below.",
                "%(num)s lines are to be corrected: each says why below.",
                faulty,
            )
        ]
    if "invite" not in request.form or faulty:
        return roster_page(session, jury_id, form, lines), 422 if faulty else 200
    with attempt(session, form) as tried:
        listed = [one.listed for one in lines if one.listed]
        sent = services.invite_list(session, jury_id, listed, actor=current_actor(), now=now())
    if tried.refused:
        return roster_page(session, jury_id, form, lines), form.status
    flash(
        ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", sent)
        if sent
        else _("Everyone on this list was invited already: nothing was sent."),
        "success",
    )
    return redirect(url_for("officer.juries.show", jury_id=jury_id), 303)


@bp.get("/<uuid:seat_id>")
@allow(Audience.OFFICER, rules.manages)
def edit(session: Session, jury_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """What one member can read, and for which college they sit."""
    return member_page(session, jury_id, seat_id, MemberForm())


@bp.post("/<uuid:seat_id>")
@allow(Audience.OFFICER, rules.manages)
def save(session: Session, jury_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Change it."""
    actor, form = current_actor(), MemberForm()
    form.offer(queries.jury(session, jury_id, actor, who=rules.manages.where).call)
    if form.validate():
        with attempt(session, form) as tried:
            services.describe_member(
                session,
                jury_id,
                seat_id,
                form.profile(),
                college=form.college.data or None,
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("Saved."), "success")
            return redirect(url_for("officer.juries.show", jury_id=jury_id), 303)
    return member_page(session, jury_id, seat_id, form), form.status


def member_page(session: Session, jury_id: UUID, seat_id: UUID, form: MemberForm) -> str:
    """One member as a page."""
    jury = queries.jury(session, jury_id, current_actor(), who=rules.manages.where)
    seat = services.member(session, jury, seat_id)
    form.offer(jury.call, seat)
    return render_template("officer/members/edit.html", jury=jury, seat=seat, form=form)


def roster_page(
    session: Session, jury_id: UUID, form: RosterForm, lines: list[Line] | None = None
) -> str:
    """The list as a page, with its preview."""
    jury = queries.jury(session, jury_id, current_actor(), who=rules.manages.where)
    preview = shown(session, jury, lines or [])
    return render_template(
        "officer/members/roster.html",
        jury=jury,
        form=form,
        preview=preview,
        faulty=[one for one in preview if one.faults],
        fresh=sum(one.seat is None and not one.faults for one in preview),
        roles=ROLES,
        colleges=COLLEGES,
        answers=ANSWERS,
        strengths=STRENGTHS,
        reason_of=reason_of,
    )


def shown(session: Session, jury: Jury, lines: list[Line]) -> list[Shown]:
    """Each line with its faults in words, the seat there is already, and what links the person."""
    actor = current_actor()
    seated = {one.seat.email: one.seat for one in queries.members(session, jury, actor)}
    sound = [one.listed for one in lines if one.listed]
    typed = [(one.name, one.email) for one in sound]
    found = iter(suspicions(session, jury, typed, actor, now=now()) if typed else [])
    return [
        Shown(
            line=one,
            faults=[FAULTS[code] for code in one.faults],
            seat=seated.get(one.listed.email) if one.listed else None,
            suspected=next(found) if one.listed else [],
        )
        for one in lines
    ]


def decoded(content: bytes) -> str:
    """A text file as spreadsheets write it: UTF-8, or what Excel in French calls CSV."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
