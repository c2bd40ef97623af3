"""The words of explanations, one table per language: the tree says what, these say how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

NARROW = "\u202f"
Locale = Literal["fr", "en"]

MONTHS: Mapping[str, Sequence[str]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {"m2": ("m²", "m²"), "hour": ("heure", "heures"), "month": ("mois", "mois")},
    "en": {"m2": ("m²", "m²"), "hour": ("hour", "hours"), "month": ("month", "months")},
}

# Beginnings of labels that make a noun of their own, with their gender; others are quoted.
HEADS_FR: Mapping[str, str] = {
    "nombre": "m", "montant": "m", "total": "m", "coût": "m", "budget": "m", "prix": "m",
    "taux": "m", "titre": "m", "loyer": "m", "effectif": "m", "capital": "m", "volume": "m",
    "résumé": "m", "délai": "m", "statut": "m", "type": "m", "chiffre": "m", "reste": "m",
    "date": "f", "durée": "f", "surface": "f", "part": "f", "année": "f", "somme": "f",
    "superficie": "f", "commune": "f", "adresse": "f", "population": "f", "quantité": "f",
}  # fmt: skip
HEADS_EN = frozenset(
    {
        "number",
        "amount",
        "total",
        "cost",
        "budget",
        "price",
        "rate",
        "title",
        "rent",
        "capital",
        "volume",
        "summary",
        "status",
        "type",
        "date",
        "duration",
        "floor",
        "share",
        "year",
        "sum",
        "municipality",
        "address",
        "population",
        "quantity",
        "start",
        "end",
        "remainder",
    }
)

SIGNS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "==": "est égal{e} {a}",
        "!=": "est différent{e} {de}",
        "<": "est inférieur{e} {a}",
        "<=": "est inférieur{e} ou égal{e} {a}",
        ">": "est supérieur{e} {a}",
        ">=": "est supérieur{e} ou égal{e} {a}",
        "day==": "est {it}",
        "day!=": "n’est pas {it}",
        "day<": "est antérieur{e} {a}",
        "day<=": "est au plus tard {it}",
        "day>": "est postérieur{e} {a}",
        "day>=": "est au plus tôt {it}",
        "is": "est {it}",
        "is not": "n’est pas {it}",
        "in": "est {it}",
        "not in": "n’est ni {it}",
        "empty": "n’est pas renseigné{e}",
        "filled": "est renseigné{e}",
        "contains": "comprend {it}",
        "not contains": "ne comprend pas {it}",
    },
    "en": {
        "==": "is equal to {it}",
        "!=": "is not equal to {it}",
        "<": "is less than {it}",
        "<=": "is at most {it}",
        ">": "is more than {it}",
        ">=": "is at least {it}",
        "day==": "is {it}",
        "day!=": "is not {it}",
        "day<": "is before {it}",
        "day<=": "is {it} at the latest",
        "day>": "is after {it}",
        "day>=": "is {it} at the earliest",
        "is": "is {it}",
        "is not": "is not {it}",
        "in": "is {it}",
        "not in": "is neither {it}",
        "empty": "is left empty",
        "filled": "is filled in",
        "contains": "includes {it}",
        "not contains": "does not include {it}",
    },
}

TURNS: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "and": "et",
        "or": "ou",
        "nor": "ni",
        "or else": ", ou bien ",
        "one of": "soit",
        "answer": "la réponse {a}",
        "yes": "«\u202foui\u202f»",
        "no": "«\u202fnon\u202f»",
        "same": "{a} est la même que {b}",
        "true": "c’est toujours vrai",
        "false": "ce n’est jamais vrai",
        "percent of": "{n}\u202f% {de}",
        "times": "{n} fois {it}",
        "money times": "{n} multipliés par {it}",
        "product": "le produit {de_a} par {b}",
        "plus": "{a} plus {b}",
        "minus": "{a} moins {b}",
        "difference": "la différence entre {a} et {b}",
        "ratio": "le rapport entre {a} et {b}",
        "divided": "{a} divisé{e} par {b}",
        "opposite": "l’opposé {de}",
        "min": "la plus petite valeur entre {list}",
        "max": "la plus grande valeur entre {list}",
        "column min": "la plus petite valeur {de}",
        "column max": "la plus grande valeur {de}",
        "sum": "la somme {list_de}",
        "column sum": "le total {de}",
        "round 0": "{it}, arrondi{e} à l’unité",
        "round up": "{it}, arrondi{e} à {places} décimales",
        "round -1": "{it}, arrondi{e} à la dizaine",
        "round -2": "{it}, arrondi{e} à la centaine",
        "round -3": "{it}, arrondi{e} au millier",
        "round down": "{it}, arrondi{e} à 10 puissance {places}",
        "count rows": "le nombre de lignes {de}",
        "count choices": "le nombre de réponses cochées {a}",
        "count files": "le nombre de documents joints {a}",
        "days": "le nombre de jours entre {a} et {b}",
        "if": "{then} si {condition}, {otherwise} sinon",
    },
    "en": {
        "and": "and",
        "or": "or",
        "nor": "nor",
        "or else": ", or else ",
        "one of": "either",
        "answer": "the answer to {it}",
        "yes": "“yes”",
        "no": "“no”",
        "same": "{a} is the same as {b}",
        "true": "this is always true",
        "false": "this is never true",
        "percent of": "{n}% of {it}",
        "times": "{n} times {it}",
        "money times": "{n} multiplied by {it}",
        "product": "the product of {a} by {b}",
        "plus": "{a} plus {b}",
        "minus": "{a} minus {b}",
        "difference": "the difference between {a} and {b}",
        "ratio": "the ratio of {a} to {b}",
        "divided": "{a} divided by {b}",
        "opposite": "the opposite of {it}",
        "min": "the smallest of {list}",
        "max": "the largest of {list}",
        "column min": "the smallest value of {it}",
        "column max": "the largest value of {it}",
        "sum": "the sum of {list}",
        "column sum": "the total of {it}",
        "round 0": "{it}, rounded to a whole number",
        "round up": "{it}, rounded to {places} decimals",
        "round -1": "{it}, rounded to the nearest ten",
        "round -2": "{it}, rounded to the nearest hundred",
        "round -3": "{it}, rounded to the nearest thousand",
        "round down": "{it}, rounded to 10 to the power of {places}",
        "count rows": "the number of lines of {it}",
        "count choices": "the number of boxes ticked in {it}",
        "count files": "the number of documents attached to {it}",
        "days": "the number of days between {a} and {b}",
        "if": "{then} if {condition}, {otherwise} otherwise",
    },
}


@dataclass(frozen=True)
class Phrase:
    """A noun with its article, as it stands at the head of a sentence."""

    text: str
    feminine: bool = False

    @property
    def e(self) -> str:
        """The ending of French adjectives."""
        return "e" if self.feminine else ""

    @property
    def a(self) -> str:
        """After « à »."""
        return _joined(self.text, "à", "au", "aux")

    @property
    def de(self) -> str:
        """After « de »."""
        return _joined(self.text, "de", "du", "des")


def _joined(text: str, word: str, singular: str, plural: str) -> str:
    if text.startswith("le "):
        return f"{singular} {text[3:]}"
    if text.startswith("les "):
        return f"{plural} {text[4:]}"
    elided = word == "de" and text[:1].lower() in set("aeiouhéèêàâîôû")
    return f"d’{text}" if elided else f"{word} {text}"


def quoted(text: str, locale: str) -> str:
    """A text between the quotation marks of the language."""
    return f"«{NARROW}{text}{NARROW}»" if locale == "fr" else f"“{text}”"


def named(label: str, locale: str) -> Phrase:
    """A label as a noun when it plainly is one (« Nombre de salariés »), quoted otherwise."""
    bare = label.strip()
    head, _, rest = bare.partition(" ")
    first = head.lower().strip(",")
    plain = not any(mark in bare for mark in "?:.;()«»“”")
    if plain and locale == "fr" and first in HEADS_FR:
        feminine = HEADS_FR[first] == "f"
        article = "l’" if first[0] in "aeé" else "la " if feminine else "le "
        return Phrase(f"{article}{first} {rest}".strip(), feminine)
    if plain and locale == "en" and first in HEADS_EN:
        return Phrase(f"the {first} {rest}".strip())
    return Phrase(quoted(bare, locale))


def listed(parts: Sequence[str], word: str) -> str:
    """« a, b et c »."""
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def number(value: Decimal, unit: str, locale: str) -> str:
    """A number as people write it, with its unit: 1 234,5 or 4 000 €."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    whole, _, fraction = plain.partition(".")
    if unit == "EUR" and fraction:
        fraction = fraction.ljust(2, "0")
    thousands, comma = (NARROW, ",") if locale == "fr" else (",", ".")
    text = f"{int(whole):,}".replace(",", thousands)
    if whole.startswith("-") and not text.startswith("-"):
        text = f"-{text}"
    text += f"{comma}{fraction}" if fraction else ""
    if unit == "EUR":
        return f"{text}{NARROW}€" if locale == "fr" else f"€{text}"
    words = UNITS[locale].get(unit)
    few = abs(value) < (2 if locale == "fr" else 1) or value == 1
    return f"{text}\u00a0{words[0 if few else 1]}" if words else text


def day(value: date, locale: str) -> str:
    """A day: « le 14 octobre 2018 », “14 October 2018”."""
    month = MONTHS[locale][value.month - 1]
    if locale == "en":
        return f"{value.day} {month} {value.year}"
    return f"le {'1er' if value.day == 1 else value.day} {month} {value.year}"
