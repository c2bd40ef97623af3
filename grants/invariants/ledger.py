"""The ledger: what its own verification tells, by name."""

from __future__ import annotations

from collections.abc import Iterable

from grants.invariants.checks import Invariant, Look, Place

KNOWN = {
    "ledger.operations": ("operation",),
    "ledger.numbers": ("numbering", "counter"),
    "ledger.chain": ("chain", "hash"),
    "ledger.postings": ("postings", "orphan"),
    "ledger.walks": ("walk", "book"),
    "ledger.entries_balance": ("unbalanced",),
    "ledger.balances": ("balance",),
    "ledger.not_overdrawn": ("overdrawn",),
    "ledger.stages_sum": ("sum", "claims"),
    "ledger.carried": ("unanswered",),
    "ledger.turnover": ("turnover",),
}
"""The codes of `grants.ledger.verify`, by the check that tells them."""

SCHEDULES = """
    SELECT award_id FROM (
        SELECT envelope_id, award_id, sum(amount) AS planned FROM ledger_schedule
        GROUP BY envelope_id, award_id) s
    FULL JOIN (
        SELECT a.envelope_id, a.award_id, sum(a.balance) AS whole FROM ledger_account a
        JOIN ledger_envelope v ON v.id = a.envelope_id AND v.kind = 'authorisation'
        WHERE a.stage IN ('committed', 'carried') AND a.award_id IS NOT NULL
        GROUP BY a.envelope_id, a.award_id) a USING (envelope_id, award_id)
    WHERE COALESCE(planned, 0) <> COALESCE(whole, 0)
"""
CLOSED = """
    SELECT e.id FROM ledger_entry e JOIN ledger_book b ON b.id = e.book_id
    LEFT JOIN ledger_operation o ON o.name = e.operation
    WHERE e.booked_at > b.closed_at AND NOT COALESCE(o.after_closing, false)
      AND NOT EXISTS (
        SELECT FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        JOIN ledger_envelope v ON v.id = a.envelope_id
        WHERE p.entry_id = e.id AND v.kind = 'authorisation')
"""


def told_by(name: str) -> Look:
    """What the verification says under the codes of this check."""
    return lambda place: [str(one) for one in place.ledger_findings if one.what in KNOWN[name]]


def anything_else(place: Place) -> Iterable[str]:
    """What the verification says under a code that no check above tells."""
    known = {code for codes in KNOWN.values() for code in codes}
    return [str(one) for one in place.ledger_findings if one.what not in known]


CHECKS = (
    Invariant(
        "ledger.operations",
        "La table des opérations comptables est celle qui est publiée.",
        "The table of ledger operations is the published one.",
        told_by("ledger.operations"),
    ),
    Invariant(
        "ledger.numbers",
        "Les écritures de chaque exercice se suivent sans trou, jusqu’au compteur du livre.",
        "The entries of each year follow one another without a gap, up to the book’s counter.",
        told_by("ledger.numbers"),
    ),
    Invariant(
        "ledger.chain",
        "Chaque écriture donne son empreinte, et suit celle de l’écriture qui la précède.",
        "Each entry gives its hash, chained to that of the entry before it.",
        told_by("ledger.chain"),
    ),
    Invariant(
        "ledger.postings",
        "Chaque écriture a toutes ses lignes, et chaque ligne son écriture.",
        "Each entry has all its postings, and each posting its entry.",
        told_by("ledger.postings"),
    ),
    Invariant(
        "ledger.walks",
        "Chaque écriture va d’une étape à l’autre comme son opération le dit, dans son livre.",
        "Each entry walks from stage to stage as its operation says, within its book.",
        told_by("ledger.walks"),
    ),
    Invariant(
        "ledger.entries_balance",
        "Chaque écriture est équilibrée, dans chaque enveloppe.",
        "Each entry balances, in each envelope.",
        told_by("ledger.entries_balance"),
    ),
    Invariant(
        "ledger.balances",
        "Le solde de chaque compte est la somme de ses lignes.",
        "The balance of each account is the sum of its postings.",
        told_by("ledger.balances"),
    ),
    Invariant(
        "ledger.not_overdrawn",
        "Aucun compte n’est à découvert.",
        "No account is overdrawn.",
        told_by("ledger.not_overdrawn"),
    ),
    Invariant(
        "ledger.stages_sum",
        "Dans chaque enveloppe, la somme des étapes est ce qui a été voté.",
        "In each envelope, the stages add up to what was voted.",
        told_by("ledger.stages_sum"),
    ),
    Invariant(
        "ledger.carried",
        "Ce qui est reporté est repris par l’exercice suivant.",
        "What is carried over is taken up by the next year.",
        told_by("ledger.carried"),
    ),
    Invariant(
        "ledger.schedules",
        "L’échéancier d’une aide pluriannuelle fait exactement ce qui en est engagé.",
        "The schedule of a multi-year award adds up to what is committed of it.",
        SCHEDULES,
    ),
    Invariant(
        "ledger.turnover",
        "Les cumuls par jour sont ceux des écritures qu’ils résument.",
        "The daily totals are those of the entries that they sum up.",
        told_by("ledger.turnover"),
    ),
    Invariant(
        "ledger.closed_books_stay",
        "Un exercice clos ne reçoit plus que ce qui peut suivre sa clôture.",
        "A closed year only takes what may follow its closing.",
        CLOSED,
    ),
    Invariant(
        "ledger.whole",
        "La vérification du grand livre ne trouve rien d’autre.",
        "The ledger’s verification finds nothing else.",
        anything_else,
    ),
)
