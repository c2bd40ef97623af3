"""What the law asks, as dated data: from when to when, how much, over which time, and its source.

A change of law is another line; what was decided before keeps the rule of its day. The ceilings
that applicants read on their own pages (`people.aid`) are those of today, and a test holds them
to this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grants.people.models import AidRegime


class Watched(StrEnum):
    """What is watched. Values are stored with what was overridden."""

    AGREEMENT = "agreement"
    AUDITOR = "auditor"
    DE_MINIMIS = "de_minimis"
    DE_MINIMIS_SIEG = "de_minimis_sieg"
    DE_MINIMIS_FARMING = "de_minimis_farming"
    DE_MINIMIS_FISHERY = "de_minimis_fishery"
    CAPITAL_SHARE = "capital_share"
    PUBLIC_AID = "public_aid"
    FINANCIAL_REPORT = "financial_report"
    PUBLICATION = "publication"
    AID_REGISTER = "aid_register"
    PAYMENT = "payment"


class Effect(StrEnum):
    """What happens to a decision that passes a threshold."""

    BLOCK = "block"
    WARN = "warn"


class Span(StrEnum):
    """Over what a threshold is counted, or in what a time is."""

    CIVIL_YEAR = "civil_year"
    ROLLING_YEARS = "rolling_years"
    STANDING = "standing"
    MONTHS = "months"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, kw_only=True)
class Law:
    """One rule between two days, both included; `ends_on` None is in force until further notice.

    `threshold` counts cents, or whole percent for the shares. It is what may be reached: a rule
    applies beyond it. `count` is the number of years, months or days of `span`.
    """

    key: Watched
    starts_on: date
    ends_on: date | None = None
    threshold: int | None = None
    span: Span
    count: int = 1
    effect: Effect
    source: str
    checked: bool = True

    def in_force(self, day: date) -> bool:
        """Whether it is the law on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


_ACT_2000 = "Loi n° 2000-321 du 12 avril 2000, article 10"

LAWS: Sequence[Law] = (
    Law(
        key=Watched.AGREEMENT,
        starts_on=date(2001, 6, 10),
        threshold=23_000_00,
        span=Span.CIVIL_YEAR,
        effect=Effect.WARN,
        source=f"{_ACT_2000} ; décret n° 2001-495 du 6 juin 2001, article 1er",
    ),
    Law(
        key=Watched.AUDITOR,
        starts_on=date(2006, 1, 1),
        threshold=153_000_00,
        span=Span.CIVIL_YEAR,
        effect=Effect.WARN,
        source="Code de commerce, articles L612-4 et D612-5",
    ),
    Law(
        key=Watched.DE_MINIMIS,
        starts_on=date(2014, 1, 1),
        ends_on=date(2023, 12, 31),
        threshold=200_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) n° 1407/2013, article 3",
        checked=False,
    ),
    Law(
        key=Watched.DE_MINIMIS,
        starts_on=date(2024, 1, 1),
        ends_on=date(2030, 12, 31),
        threshold=300_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) 2023/2831, article 3",
    ),
    Law(
        key=Watched.DE_MINIMIS_SIEG,
        starts_on=date(2012, 4, 29),
        ends_on=date(2023, 12, 31),
        threshold=500_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) n° 360/2012, article 2",
        checked=False,
    ),
    Law(
        key=Watched.DE_MINIMIS_SIEG,
        starts_on=date(2024, 1, 1),
        ends_on=date(2030, 12, 31),
        threshold=750_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) 2023/2832, article 3",
    ),
    Law(
        key=Watched.DE_MINIMIS_FARMING,
        starts_on=date(2024, 12, 16),
        threshold=50_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) n° 1408/2013 modifié par le règlement (UE) 2024/3118",
        checked=False,
    ),
    Law(
        key=Watched.DE_MINIMIS_FISHERY,
        starts_on=date(2014, 7, 1),
        threshold=30_000_00,
        span=Span.ROLLING_YEARS,
        count=3,
        effect=Effect.BLOCK,
        source="Règlement (UE) n° 717/2014 modifié",
        checked=False,
    ),
    Law(
        key=Watched.CAPITAL_SHARE,
        starts_on=date(2014, 8, 2),
        threshold=50,
        span=Span.STANDING,
        effect=Effect.BLOCK,
        source="Loi n° 47-1775 du 10 septembre 1947, article 19 septies",
    ),
    Law(
        key=Watched.PUBLIC_AID,
        starts_on=date(2000, 1, 1),
        threshold=80,
        span=Span.STANDING,
        effect=Effect.BLOCK,
        source="Règlement de l’appel à projets",
    ),
    Law(
        key=Watched.FINANCIAL_REPORT,
        starts_on=date(2001, 6, 10),
        span=Span.MONTHS,
        count=6,
        effect=Effect.WARN,
        source=f"{_ACT_2000} ; arrêté du 11 octobre 2006",
    ),
    Law(
        key=Watched.PUBLICATION,
        starts_on=date(2017, 8, 1),
        span=Span.MONTHS,
        count=3,
        effect=Effect.WARN,
        source="Décret n° 2017-779 du 5 mai 2017, article 2",
    ),
    Law(
        key=Watched.AID_REGISTER,
        starts_on=date(2026, 1, 1),
        span=Span.WORKING_DAYS,
        count=20,
        effect=Effect.WARN,
        source="Règlement (UE) 2023/2831, article 6 ; décret n° 2025-1361 du 26 décembre 2025",
    ),
    Law(
        key=Watched.PAYMENT,
        starts_on=date(2021, 7, 3),
        span=Span.DAYS,
        count=60,
        effect=Effect.WARN,
        source="Loi n° 2021-875 du 1er juillet 2021, article 2",
    ),
)

REGIMES = {
    AidRegime.DE_MINIMIS: Watched.DE_MINIMIS,
    AidRegime.DE_MINIMIS_SIEG: Watched.DE_MINIMIS_SIEG,
    AidRegime.DE_MINIMIS_FARMING: Watched.DE_MINIMIS_FARMING,
    AidRegime.DE_MINIMIS_FISHERY: Watched.DE_MINIMIS_FISHERY,
}
"""Which ceiling an aid counts against; an aid of another regime counts against none."""


def law(key: Watched, day: date) -> Law | None:
    """The rule in force on a day, if there was one."""
    return next((one for one in LAWS if one.key is key and one.in_force(day)), None)
