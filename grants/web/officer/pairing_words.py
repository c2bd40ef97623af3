"""Reasons of a computed assignment in sentences: why this member, why not that one, what lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from grants.juries.matching.explaining import Code, Reason, Why
from grants.juries.matching.problem import Lack, Want
from grants.web.juror.people_words import COLLEGES


def reasons_for(why: Why) -> list[str]:
    """What speaks for a reader, the strongest reasons first."""
    own = why.affinity
    told = (
        (why.fixed, _("The reading has begun: it stays.")),
        (
            why.kept and not why.fixed,
            _("This member was given it before, and nothing obliges to change that."),
        ),
        (
            why.college,
            _(
                "The only reader of the college “%(name)s” here: one is asked for.",
                name=COLLEGES.get(str(why.college), why.college),
            ),
        ),
        (own.preference > 0, _("Asked to read it.")),
        (own.skills > 0, _("Knows the themes of the application.")),
        (own.track > 0, _("Knows its track.")),
        (own.territory > 0, _("Knows the territory where the applicant acts.")),
        (own.preference < 0, _("Would rather not read it; this serves all applications best.")),
        (not why.better, _("Nobody suits it better.")),
    )
    found = [words for holds, words in told if holds]
    if why.better:
        found.append(
            ngettext(
                "%(num)s other member suits it better, and serves better elsewhere.",
                "%(num)s other members suit it better, and serve better elsewhere.",
                why.better,
            )
        )
    return [*found, load(why.load)]


def load(number: int) -> str:
    """How much a member reads in all."""
    words: str = ngettext(
        "Reads %(num)s application in all.", "Reads %(num)s applications in all.", number
    )
    return words


def reason_against(reason: Reason, names: Sequence[str]) -> str:
    """Why a member does not read an application; `names` are those of all members."""
    name = names[reason.juror] if reason.juror is not None else ""
    words: Mapping[Code, Callable[[], str]] = {
        Code.READS: lambda: _("Reads it already."),
        Code.RECUSED: lambda: _(
            "Is recused, has a confirmed conflict, or is one of the applicant’s own."
        ),
        Code.FIXED: lambda: _("All places are taken by readings that have begun."),
        Code.FULL: lambda: ngettext(
            "Already reads %(num)s application, as many as they can bear.",
            "Already reads %(num)s applications, as many as they can bear.",
            reason.by,
        ),
        Code.COLLEGE: lambda: _(
            "Would take the place of %(name)s, the only reader of a college.", name=name
        ),
        Code.KEPT: lambda: _(
            "%(name)s was given it before, and is not moved without need.", name=name
        ),
        Code.LESS_SUITED: lambda: _("%(name)s suits the application better.", name=name),
        Code.BUSIER: lambda: ngettext(
            "Already reads %(num)s application more than %(name)s.",
            "Already reads %(num)s applications more than %(name)s.",
            reason.by,
            name=name,
        ),
        Code.OTHERS: lambda: _("Suits it too, but serves better with other applications."),
    }
    return words[reason.code]()


def lacking(lack: Lack) -> str:
    """What lacks for a plan, so that somebody can do something about it."""
    files, members = len(lack.applications), len(lack.jurors)
    numbers = {"wanted": lack.wanted, "available": lack.available}
    words: Mapping[Want, Callable[[], str]] = {
        Want.JURORS: lambda: ngettext(
            "%(num)s application needs %(wanted)s readers and only %(available)s members may "
            "read it: invite members or ask for fewer readers.",
            "%(num)s applications need %(wanted)s readers each and only %(available)s "
            "members may read them: invite members or ask for fewer readers.",
            files,
            **numbers,
        ),
        Want.COLLEGE: lambda: ngettext(
            "Nobody of the college “%(name)s” may read %(num)s application.",
            "Nobody of the college “%(name)s” may read %(num)s applications.",
            files,
            name=COLLEGES.get(str(lack.college), lack.college),
        ),
        Want.READERS: lambda: _(
            "With %(available)s readers, the %(wanted)s colleges cannot all be heard: ask "
            "for more readers.",
            **numbers,
        ),
        Want.CAPACITY: lambda: _(
            "%(wanted)s readings are asked for and the members can bear %(available)s: raise "
            "the loads or invite members.",
            **numbers,
        ),
        Want.MINIMUM: lambda: _(
            "A member should read at least %(wanted)s applications and may read "
            "%(available)s: lower the least load.",
            **numbers,
        ),
        Want.MINIMUMS: lambda: ngettext(
            "%(num)s member should read %(wanted)s applications at least, and there are only "
            "%(available)s readings: lower the least load.",
            "%(num)s members together should read %(wanted)s applications at least, and "
            "there are only %(available)s readings: lower the least load.",
            members,
            **numbers,
        ),
        Want.BOTTLENECK: lambda: _bottleneck(lack),
    }
    return words[lack.want]()


def _bottleneck(lack: Lack) -> str:
    numbers = {"wanted": lack.wanted, "available": lack.available, "members": len(lack.jurors)}
    files = len(lack.applications)
    words: str
    if lack.college:
        words = ngettext(
            "%(num)s application needs a reader of the college “%(name)s”, whose members can "
            "bear %(available)s readings of %(wanted)s.",
            "%(num)s applications need a reader of the college “%(name)s” each, whose "
            "members can bear %(available)s readings of %(wanted)s.",
            files,
            name=COLLEGES.get(str(lack.college), lack.college),
            **numbers,
        )
        return words
    words = ngettext(
        "%(num)s application needs %(wanted)s more readings, and the %(members)s members who "
        "may read it can bear %(available)s.",
        "%(num)s applications need %(wanted)s more readings together, and the %(members)s "
        "members who may read them can bear %(available)s.",
        files,
        **numbers,
    )
    return words
