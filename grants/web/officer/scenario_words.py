"""What a computed proposal says of an application, and what changed on a line, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grants.calls.models import Track
from grants.decisions.models import Outcome
from grants.kernel.money import Unit
from grants.scenarios.models import ScenarioChange
from grants.web import wording
from grants.web.decisions import OUTCOMES

NARROW = "\u202f"
WHYS = {
    "full": _l("In: its place allows all that it asks for, %(amount)s."),
    "capped": _l("In: %(amount)s of the %(asked)s that it asks for, because of %(cap)s."),
    "partial": _l(
        "In, in part: it is the last one to be served and gets what is left, %(amount)s of the "
        "%(asked)s that it asks for."
    ),
    "for_quota": _l(
        "In with %(amount)s, before better placed projects: the rule “%(quota)s” asks for it."
    ),
    "fits": _l(
        "In with %(amount)s: what is left is too little, or closed, for the better placed projects "
        "that are out, and enough for this one."
    ),
    "split": _l("In with %(amount)s: split by hand over several envelopes, and left as it was."),
    "closed": _l("Out: the jury did not keep it."),
    "nothing_asked": _l("Out: it asks for nothing."),
    "below_floor": _l("Out: it may get %(most)s at most, and no project gets less than %(floor)s."),
    "quota_full": _l("Out: better placed projects already fill the rule “%(quota)s”."),
    "share_full": _l("Out: with it, the rule “%(quota)s” would be exceeded."),
    "money": _l(
        "Out: once the better placed projects are served, its envelope has %(left)s left and it "
        "would need %(need)s."
    ),
    "kept": _l("Out: what is left is kept for the rule “%(quota)s”."),
    "dilutes": _l("Out: with it, the rule “%(quota)s” would no longer be met."),
    "together": _l("Out: the rules taken together leave it no room."),
    "no_envelope": _l("Out: it draws on an envelope that was left aside."),
}
CAPS = {
    "ceiling": _l("the ceiling for one project"),
    "rate": _l("the highest rate of the eligible base"),
    "aid": _l("the cap on public aid"),
}
AMOUNTS = ("amount", "asked", "most", "floor", "left", "need")


def why_words(why: Mapping[str, Any] | None, unit: Unit, tracks: Iterable[Track] = ()) -> str:
    """Why an application is in or out, "" where nothing was computed."""
    if not why or why.get("code") not in WHYS:
        return ""
    facts: dict[str, Any] = {
        name: wording.amount(int(why[name]), unit) for name in AMOUNTS if name in why
    }
    if "quota" in why:
        facts["quota"] = rule_words(why, unit, tracks)
    if "cap" in why:
        facts["cap"] = str(CAPS[why["cap"]])
    code = "full" if why["code"] == "capped" and "cap" not in why else why["code"]
    return str(WHYS[code]) % facts


def lack_words(lack: Mapping[str, Any], unit: Unit, tracks: Iterable[Track] = ()) -> str:
    """What lacks for a proposal that meets everything."""
    if "quota" not in lack:
        return str(_("Each rule can be met, but not all of them together: relax one."))
    in_money = lack["measure"] == "money"
    can = wording.amount(lack["available"], unit) if in_money else wording.number(lack["available"])
    rule = rule_words(lack, unit, tracks)
    return str(_("“%(rule)s” cannot be met: %(can)s at most can be reached.", rule=rule, can=can))


def rule_words(rule: Mapping[str, Any], unit: Unit, tracks: Iterable[Track] = ()) -> str:
    """One quota: « au moins 40 % du montant pour les quartiers prioritaires »."""
    value = number_words(rule, unit)
    whom = target_words(str(rule["quota"]), tracks)
    if rule["bound"] == "least":
        return str(_("at least %(value)s for %(whom)s", value=value, whom=whom))
    return str(_("at most %(value)s for %(whom)s", value=value, whom=whom))


def number_words(rule: Mapping[str, Any], unit: Unit) -> str:
    """« 40 % du montant », « 3 projets », « 20 000,00 € »."""
    if "share" in rule and rule["share"] is not None:
        text = f"{rule['share'] / 10:g}"
        text = text if wording.language() == "en" else text.replace(".", ",")
        if rule["measure"] == "money":
            return str(_("%(share)s%% of the money", share=text))
        return str(_("%(share)s%% of the projects", share=text))
    if rule["measure"] == "money":
        return wording.amount(int(rule["limit"]), unit)
    return str(ngettext("%(num)s project", "%(num)s projects", int(rule["limit"])))


def target_words(key: str, tracks: Iterable[Track] = ()) -> str:
    """Whom a quota is about."""
    kind, _colon, name = key.partition(":")
    if kind == "qpv":
        return str(_("priority neighbourhoods"))
    if kind == "track":
        label = next((wording.localized(one, "label") for one in tracks if one.key == name), name)
        return str(_("the track “%(name)s”", name=label))
    if kind == "commune":
        return str(_("the municipality %(name)s", name=name))
    return str(_("the territory %(name)s", name=name))


def before_and_after(
    change: ScenarioChange, unit: Unit, envelopes: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What changed on a line: (what, from, to)."""
    names = {
        "outcome": _("Proposal"),
        "envelope": _("Envelope"),
        "base": _("Eligible base"),
        "amount": _("Amount"),
        "rate": _("Rate"),
        "shares": _("Parts of several envelopes"),
        "reason": _("Reason"),
    }
    return [
        (
            str(words),
            value_words(name, change.before.get(name), unit, envelopes),
            value_words(name, change.after.get(name), unit, envelopes),
        )
        for name, words in names.items()
        if (change.before.get(name) or None) != (change.after.get(name) or None)
    ]


def value_words(name: str, value: Any, unit: Unit, envelopes: Mapping[str, str]) -> str:
    """One value of a line."""
    if value is None or value in ("", []):
        return "—"
    if name == "shares":
        return shares_words(value, unit, envelopes)
    if name == "outcome":
        return str(OUTCOMES[Outcome(value)][0])
    if name == "envelope":
        return envelopes.get(str(value), "—")
    if name in {"base", "amount"}:
        return wording.amount(int(value), unit)
    return percent(int(value)) if name == "rate" else str(value)


def shares_words(shares: Iterable[Any], unit: Unit, envelopes: Mapping[str, str]) -> str:
    """« Prix : 3 000,00 € ; Culture : 2 000,00 € »."""
    told = (
        _(
            "%(envelope)s: %(amount)s",
            envelope=envelopes.get(one["envelope"], "—"),
            amount=wording.amount(int(one["amount"]), unit),
        )
        for one in shares
    )
    mark = "; " if wording.language() == "en" else f"{NARROW}; "
    return mark.join(map(str, told))


def percent(rate: int) -> str:
    """3333 → « 33,33 % »."""
    text = f"{rate / 100:g}"
    return f"{text}%" if wording.language() == "en" else text.replace(".", ",") + NARROW + "%"
