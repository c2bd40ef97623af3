"""A form with every type of question and every sort of rule, and what to type in it."""

from __future__ import annotations

from typing import Any

CHOICES = [
    {"key": "seed", "label_fr": "Émergence", "label_en": "Seed"},
    {"key": "growth", "label_fr": "Essor", "label_en": "Growth"},
]


def ask(key: str, kind: str, label: str = "", **more: Any) -> dict[str, Any]:
    """One question."""
    label = label or key.capitalize()
    return {"key": key, "type": kind, "label_fr": label, "label_en": label, **more}


WHOLE: dict[str, Any] = {
    "sections": [
        {
            "key": "projet", "title_fr": "Le projet", "title_en": "The project",
            "fields": [
                ask("title", "short_text", "Titre", role="title", limits={"characters_max": 60}),
                ask("summary", "long_text", "Résumé", role="summary", limits={"words_max": 40}),
                ask("track", "choice", "Volet", limits={"choices": CHOICES}),
                ask("growth_plan", "long_text", "Plan d’essor", show_if='track == "growth"'),
                ask("hires", "yes_no", "Embauchez-vous ?"),
                ask("jobs", "number", "Nombre d’emplois", show_if="hires"),
                ask("starts", "date", "Début"),
                ask("ends", "date", "Fin"),
                ask("themes", "choices", "Thèmes", required=False, limits={"choices": CHOICES}),
            ],
        },
        {
            "key": "porteur", "title_fr": "Le porteur", "title_en": "The applicant",
            "fields": [
                ask("mail", "email", "Courriel"),
                ask("phone", "phone", "Téléphone"),
                ask("site", "url", "Site", required=False),
                ask("siret", "siret", "SIRET"),
                ask("rna", "rna", "RNA", show_if="applicant.is_association"),
                ask("place", "commune", "Commune"),
                ask("address", "address", "Adresse"),
                ask("rib", "iban", "Compte bancaire"),
                ask("company", "short_text", "Capital", show_if="applicant.is_company"),
            ],
        },
        {
            "key": "emplois", "title_fr": "Les emplois", "title_en": "Jobs", "show_if": "jobs > 0",
            "fields": [
                ask("posts", "table", "Postes", limits={"max": 3, "columns": [
                    ask("post", "short_text", "Poste"),
                    ask("wage", "money", "Salaire", total=True),
                    ask("contract", "choice", "Contrat", limits={"choices": CHOICES}),
                    ask("full", "yes_no", "Temps plein", required=False),
                ]}),
                ask("wages", "money", "Total des salaires", computed="sum(posts.wage)"),
            ],
        },
        {
            "key": "argent", "title_fr": "L’argent", "title_en": "Money",
            "fields": [
                ask("requested", "money", "Montant demandé", role="requested"),
                ask("room", "quantity", "Surface", limits={"unit": "m2"}),
                ask("plan", "budget", "Budget", limits={"years": 2, "includes_request": True}),
                ask("share", "number", "Part demandée", computed="100 * requested / plan.charges",
                    limits={"decimals": 1}),
                ask("partners", "group", required=False, limits={"max": 4, "fields": [
                    ask("name", "short_text", "Nom"),
                    ask("role", "long_text", "Rôle"),
                    ask("aims", "choices", "Buts", required=False, limits={"choices": CHOICES}),
                    ask("since", "date", "Depuis", required=False),
                ]}),
            ],
        },
        {
            "key": "pieces", "title_fr": "Les pièces", "title_en": "Documents",
            "fields": [ask("articles", "file", "Statuts")],
        },
    ],
    "checks": [
        {"key": "half", "rule": "requested <= 0.5 * budget.charges", "field": "requested",
         "message_fr": "Le montant demandé ne dépasse pas la moitié des charges.",
         "message_en": "The amount requested may not exceed half of charges."},
        {"key": "order", "rule": "starts <= ends", "field": "ends",
         "message_fr": "Le projet finit après avoir commencé.",
         "message_en": "The project ends after it has begun."},
    ],
}  # fmt: skip
"""Every type once; conditions on answers and on the applicant, results, rules between answers."""

PROJECT = {
    "q_title": "Ressourcerie", "q_summary": "Réparer et donner.", "q_track": "seed",
    "q_hires": "no", "q_starts": "1er mars 2019", "q_ends": "31/12/2019",
    "q_themes": ["seed", "growth"],
}  # fmt: skip
APPLICANT = {
    "q_mail": "ana@example.org", "q_phone": "03 89 00 00 00", "q_siret": "130 025 265 00013",
    "q_rna": "W681234567", "q_place": "68100 Mulhouse", "q_address-street": "2 rue du Canal",
    "q_address-postcode": "68100", "q_address-city": "Mulhouse",
    "q_rib": "FR76 3000 6000 0112 3456 7890 189",
}  # fmt: skip
MONEY = {
    "q_requested": "5 000", "q_room": "350",
    "q_plan-charges-0-account": "60", "q_plan-charges-0-amount-1": "8 000",
    "q_plan-charges-0-amount-2": "4000",
    "q_plan-products-0-account": "74", "q_plan-products-0-amount-1": "8000",
    "q_plan-products-0-amount-2": "4000",
}  # fmt: skip


def a_post(nth: int, post: str, wage: str) -> dict[str, str]:
    """One line of the table of jobs, as typed."""
    return {
        f"q_posts-{nth}-c_post": post,
        f"q_posts-{nth}-c_wage": wage,
        f"q_posts-{nth}-c_contract": "seed",
    }
