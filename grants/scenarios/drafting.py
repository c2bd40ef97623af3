"""The first words of the letter to whoever a waiting list comes to. A person rewrites them."""

from __future__ import annotations

from grants.kernel.money import Unit

NARROW = "\u202f"
FIRST = (
    "Madame, Monsieur,\n\n"
    "Votre projet «\u202f{title}\u202f» ({number}) figure sur la liste d’attente de l’enveloppe "
    "«\u202f{envelope}\u202f». Une somme y est de nouveau disponible\u202f: {amount} pourraient "
    "lui être attribués, sur les {wanted} demandés.\n\n"
    "Cette proposition sera soumise au vote de l’organe délibérant, seul compétent pour décider. "
    "Elle ne vaut pas attribution."
)
MORE = (
    "Madame, Monsieur,\n\n"
    "Votre projet «\u202f{title}\u202f» ({number}) a été soutenu en partie. Une somme est de "
    "nouveau disponible dans l’enveloppe «\u202f{envelope}\u202f»\u202f: {amount} pourraient "
    "compléter l’aide déjà décidée.\n\n"
    "Cette proposition sera soumise au vote de l’organe délibérant, seul compétent pour décider. "
    "Elle ne vaut pas attribution."
)


def draft(
    *, title: str, number: str, envelope: str, amount: int, wanted: int, unit: Unit, more: bool
) -> str:
    """The draft, for a first award or for `more` of one."""
    facts = {
        "title": title,
        "number": number,
        "envelope": envelope,
        "amount": written(amount, unit),
        "wanted": written(wanted, unit),
    }
    return (MORE if more else FIRST).format(**facts)


def written(amount: int, unit: Unit) -> str:
    """« 12 345,67 € », « 350 m² », as letters in French say it."""
    whole, part = divmod(amount, unit.scale)
    text = f"{whole:,}".replace(",", NARROW)
    if unit is Unit.EUR:
        return f"{text},{part:02d}{NARROW}€"
    return f"{text}{NARROW}{'m²' if unit is Unit.SQUARE_METRE else 'h'}"
