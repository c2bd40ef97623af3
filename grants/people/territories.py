"""The communes of the groups that we know: a call of a metropolis serves each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

MEMBERS: Mapping[str, tuple[str, ...]] = {
    # Clermont Auvergne Métropole, 21 communes.
    "246300701": (
        *("63014", "63019", "63032", "63042", "63063", "63069", "63070"),
        *("63075", "63099", "63113", "63124", "63141", "63164", "63193"),
        *("63254", "63263", "63272", "63284", "63307", "63308", "63345"),
    ),
}
"""By SIREN of the group, the INSEE codes of its communes."""

COMMUNE_LENGTH = 5


def serves(code: str, commune: str, communes: Collection[str] = ()) -> bool | None:
    """Whether a territory holds a commune; None for a group whose communes we do not know.

    `communes` are those that the public register told of the group (`people.groupings`).
    """
    if len(code) == COMMUNE_LENGTH:
        return code == commune
    known = communes or MEMBERS.get(code)
    return commune in known if known else None
