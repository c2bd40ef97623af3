"""How names of people and bodies are compared, and what a resemblance weighs. Pure.

Names are brought to what tells them apart: « Association des Amis du Lac (ADAL) » and
« amis du lac » are one body, « DUPONT-MOREL Élodie » and « Élodie Dupont Morel » one person.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import SequenceMatcher

WORD = re.compile(r"[0-9a-z]+")
ASIDE = re.compile(r"\([^)]*\)")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})

_LEGAL = """
    1901 asso assoc association cae collectif comite cooperative ea ei entreprise esat
    etablissement eti eurl federale federation fondation fonds france gaec gie groupement loi
    mjc mutuel mutuelle nationale regie sa sarl sas sasu scea sci scic scop societe ste syndicat
    union
"""
LEGAL = frozenset(_LEGAL.split())
"""Words that say what kind of body it is, or that too many share to tell one from another."""
_SMALL = """
    a and au aux avec chez d dans de des dr du en et l la le les m madame mme monsieur mr of par
    pour sur the un une
"""
SMALL = frozenset(_SMALL.split())

_FREE_MAIL = """
    9online.fr aliceadsl.fr aol.com bbox.fr caramail.fr cegetel.net club-internet.fr free.fr
    gmail.com gmx.com gmx.fr gmx.net googlemail.com hotmail.com hotmail.fr icloud.com ik.me
    laposte.net libertysurf.fr live.com live.fr mac.com mailo.com me.com msn.com netcourrier.com
    neuf.fr noos.fr numericable.fr orange.fr outlook.com outlook.fr pm.me posteo.net proton.me
    protonmail.ch protonmail.com riseup.net sfr.fr tuta.io tutanota.com voila.fr wanadoo.fr
    yahoo.com yahoo.fr ymail.com zaclys.net zoho.com
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
"""Where anyone has an address: sharing it says nothing."""

RESERVED = frozenset({"example.org", "example.com", "example.net"})
RESERVED_ENDINGS = (".example", ".test", ".invalid")
"""Kept for examples and rehearsals by RFC 2606: nobody's."""

OLD = timedelta(days=3 * 365)
CORE_LETTERS_MIN = 4
NEAR = 0.8


def plain_words(text: str) -> list[str]:
    """The words of a text folded by `applications.models.folded`, without signs."""
    return WORD.findall(text.translate(LIGATURES))


def body_core(folded_name: str) -> str:
    """What tells a body apart, of its folded name: without what comes before and after it.

    Small words stay inside, so that the core is found in a text as it stands; "" when nothing
    tells. A name made only of common words (« Association La Fondation ») keeps them.
    """
    words = plain_words(ASIDE.sub(" ", folded_name))
    core = _trimmed(words, LEGAL | SMALL) or _trimmed(words, SMALL)
    return " ".join(core) if len("".join(core)) >= CORE_LETTERS_MIN else ""


def telling(core: str) -> list[str]:
    """The words of a core that count, in one order."""
    return sorted(word for word in core.split() if word not in SMALL)


def _trimmed(words: list[str], idle: frozenset[str]) -> list[str]:
    first, last = 0, len(words)
    while first < last and words[first] in idle:
        first += 1
    while last > first and words[last - 1] in idle:
        last -= 1
    return words[first:last]


def person_key(folded_name: str) -> str:
    """A person's folded name whatever the order of its parts; "" of a single word."""
    words = sorted(word for word in plain_words(folded_name) if word not in SMALL)
    return " ".join(words) if len(words) > 1 else ""


def domain_of(email: str) -> str:
    """The domain of an address, "" when anyone may have an address there."""
    _, at, domain = email.strip().lower().rpartition("@")
    if not at or domain in FREE_MAIL | RESERVED or domain.endswith(RESERVED_ENDINGS):
        return ""
    return domain


def address_key(folded_street: str, postcode: str) -> str:
    """A place: its street without signs, and its postcode; "" without a number in the street."""
    words = [word for word in plain_words(folded_street) if word not in SMALL]
    if not postcode or not words or not any(word.isdigit() for word in words):
        return ""
    return " ".join([*words, postcode])


def is_old(until: date | None, today: date) -> bool:
    """Whether a tie ended more than three years ago."""
    return until is not None and until < today - OLD


def same_body(core: str, other: str) -> bool:
    """Whether two bodies have one name: the same telling words, in any order."""
    return bool(core) and telling(core) == telling(other)


def is_near(core: str, other: str) -> bool:
    """Whether two names differ by little, as by a slip of the keyboard."""
    one, two = " ".join(telling(core)), " ".join(telling(other))
    return bool(one and two) and SequenceMatcher(None, one, two).ratio() >= NEAR


def names(folded_text: str, core: str) -> bool:
    """Whether a folded text holds the telling words of a name, one after the other."""
    words = " ".join(one for one in plain_words(folded_text) if one not in SMALL)
    wanted = " ".join(one for one in core.split() if one not in SMALL)
    return bool(wanted) and f" {wanted} " in f" {words} "
