"""Passwords: what makes one acceptable, and how it is kept (argon2id, RFC 9106 §4, 64 MiB).

No composition rule and no renewal: length counts, and a password made only of common words,
of keyboard runs, or of the person's own name is refused. The list of common words is short
and built in; no outside service is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from grants.kernel.errors import Refused

LENGTH_MIN = 12
LENGTH_MAX = 128
OWN_CHARACTERS_MIN = 5
CONTEXT_LENGTH_MIN = 3

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

# The hash of nobody's password: checking against it takes an unknown account as long as a
# known one, so that answers do not tell which addresses have an account.
DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "sYaS2TTylZ+0L2Hj6qO8aQ$E/Y04JIqa+iIn4QLJQFtJuP7Ma2eSqgLjmHjfQzdP2Y"
)

COMMON_WORDS = (
    # what people type first, in French and in English
    "motdepasse password passe secret azerty qwerty azertyuiop qwertyuiop qwertz qsdfghjklm "
    "wxcvbn asdfghjkl zxcvbnm bonjour soleil doudou loulou chouchou jetaime amour marseille "
    "bienvenue welcome changemoi changeme administrateur administrator admin iloveyou letmein "
    "monkey dragon football princess sunshine superman batman starwars pokemon nicolas camille "
    "thomas france paris chocolat vacances maison famille mercredi janvier fevrier printemps "
    "automne hiver coucou toto test demo default utilisateur user login master shadow "
    # what this site is about
    "laureat subvention subventions dossier dossiers appel projet projets association "
    "candidature economie sociale solidaire mairie commune metropole agglomeration "
    "collectivite territoire grant grants funding application"
)
COMMON = frozenset(COMMON_WORDS.split())
RUNS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "azertyuiop", "qwertyuiop")
RUN_LENGTH_MIN = 4
FOLDED = str.maketrans("@4310$57!", "aaeiosstl")


def problem(password: str, *, context: Iterable[str] = ()) -> Refused | None:
    """Why this password is not acceptable, or None; `context` is the person's name and address."""
    clean = normalised(password)
    if len(clean) < LENGTH_MIN:
        return Refused("people.password_too_short", field="password", minimum=LENGTH_MIN)
    if len(clean) > LENGTH_MAX:
        return Refused("people.password_too_long", field="password", maximum=LENGTH_MAX)
    if _is_guessable(clean, context):
        return Refused("people.password_too_common", field="password")
    return None


def hashed(password: str) -> str:
    """The form in which a password is kept. Takes about a tenth of a second on purpose."""
    return HASHER.hash(normalised(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one; as slow when there is none to compare with."""
    try:
        HASHER.verify(password_hash or DUMMY_HASH, normalised(password)[: LENGTH_MAX * 2])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


def normalised(password: str) -> str:
    """One form for one password, however the keyboard composed its accents (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_guessable(password: str, context: Iterable[str]) -> bool:
    """Whether little remains once common words, the person's own and runs are taken away."""
    plain = _plain(password)
    words = {*COMMON, *_words(context)}
    pattern = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    remaining = {
        _without_runs(re.sub(pattern, " ", text)) for text in (plain, plain.translate(FOLDED))
    }
    return any(len(set(re.sub(r"[\W_]", "", text))) < OWN_CHARACTERS_MIN for text in remaining)


def _without_runs(text: str) -> str:
    kept = []
    position = 0
    while position < len(text):
        length = max(_run_length(text, position), _digits_length(text, position))
        if length < RUN_LENGTH_MIN:
            kept.append(text[position])
            length = 1
        position += length
    return "".join(kept)


def _run_length(text: str, start: int) -> int:
    """How many characters from `start` follow a keyboard's or the alphabet's order."""
    for run in RUNS:
        place = run.find(text[start])
        length = 0
        while (
            place >= 0
            and start + length < len(text)
            and place + length < len(run)
            and text[start + length] == run[place + length]
        ):
            length += 1
        if length >= RUN_LENGTH_MIN:
            return length
    return 0


def _digits_length(text: str, start: int) -> int:
    """The length of a number from `start`: a year, a telephone, a date of birth."""
    found = re.compile(r"\d+").match(text, start)
    return len(found.group()) if found else 0


def _words(context: Iterable[str]) -> set[str]:
    words = {word for text in context for word in re.split(r"[\W_]+", _plain(text))}
    return {word for word in words if len(word) >= CONTEXT_LENGTH_MIN}


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(one for one in decomposed if not unicodedata.combining(one))
