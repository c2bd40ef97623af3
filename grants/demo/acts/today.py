"""Today: calls being written and open, drafts begun, files under appraisal, a jury at work."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grants.demo.acts import committee, courts_circuits, scic
from grants.demo.acts.courts_circuits import FUNDERS
from grants.demo.cast import (
    BEGINNERS,
    CLERMONT_STAFF,
    COLLEAGUE,
    EXPERT,
    IN_PREPARATION,
    MULHOUSE_STAFF,
    OPEN_NOW,
    READER,
    SECOND_OFFICER,
)
from grants.demo.moves import applying, appraising, calls, housekeeping, workshop
from grants.demo.moves.housekeeping import Aid, Paper
from grants.demo.theatre import Theatre
from grants.kernel.clock import paris_date

LEAD = FUNDERS["m2a"][0]
REPAIR, BAKERY = OPEN_NOW[2:]


def play(theatre: Theatre) -> None:
    """Something to look at, to apply to and to go on with."""
    theatre.say("Aujourd’hui : un appel qui vient de fermer")
    theatre.clock.back_to_present()
    present = theatre.clock.now()
    theatre.move_to(present - timedelta(days=40))
    call_id = publish_courts_circuits(theatre, present)
    theatre.move_to(present - timedelta(days=9))
    apply_in_time(theatre, present)
    theatre.say("Aujourd’hui : un appel ouvert, des brouillons")
    open_another(theatre)
    theatre.say("Aujourd’hui : l’instruction")
    theatre.move_to(present - timedelta(days=2))
    appraise(theatre, paris_date(present))
    theatre.move_to(present - timedelta(days=1))
    answer(theatre)
    theatre.say("Aujourd’hui : un jury au travail, deux appels à l’atelier")
    theatre.clock.back_to_present()
    go_on(theatre, call_id)


def publish_courts_circuits(theatre: Theatre, present: datetime) -> str:
    """This year's edition, which closed three days ago, and who follows which files."""
    today, edition = paris_date(present), str(present.year)
    officer = MULHOUSE_STAFF["officer"]
    appraising.follow_calls(theatre, READER, "porteur=cooperative")
    theatre.enter(officer)
    for label, person, places in (
        ("Mulhouse", officer, "68224"),
        ("Le reste de l’agglomération", SECOND_OFFICER, "68"),
    ):
        appraising.add_contact(theatre, officer, LEAD, label=label, person=person, places=places)
    call_id = calls.prepare(
        theatre,
        officer,
        courts_circuits.SCHEME,
        edition=edition,
        slug=f"courts-circuits-{edition}",
        opens=today - timedelta(days=40),
        closes=today - timedelta(days=3),
        choices={f"funder_{key}": name for key, (name, _amount) in FUNDERS.items()},
    )
    committee.add_vote(theatre, officer, call_id, today)
    calls.publish(theatre, officer, call_id)
    return call_id


def apply_in_time(theatre: Theatre, present: datetime) -> None:
    """Four associations apply, one after putting its papers in order; others try once more."""
    applying.arrive(theatre, OPEN_NOW, first_rank=500)
    tidy, today = OPEN_NOW[0], paris_date(present)
    year = today.year
    papers = (
        Paper("statutes", date(year - 4, 3, 12)),
        Paper("officers_list", today - timedelta(days=306)),
        Paper("accounts", date(year - 1, 12, 31)),
        Paper("rib"),
        Paper("approval_esus", today - timedelta(days=710), today + timedelta(days=20)),
    )
    housekeeping.deposit(theatre, tidy, papers)
    aids = (
        Aid("Collectivité européenne d’Alsace", "6 000", date(year - 1, 9, 16), "Bacs et outils"),
        Aid("Région Grand Est", "12 500", today - timedelta(days=292), "Emploi d’une animatrice"),
    )
    housekeeping.declare(theatre, tidy, aids)
    slug = f"courts-circuits-{year}"
    theatre.everyone(lambda one: theatre.enter(one.person), committee.RETURNING)
    theatre.everyone(
        lambda one: applying.apply(theatre, one, slug=slug, scheme=courts_circuits.SCHEME),
        [*OPEN_NOW, *committee.RETURNING],
    )


def open_another(theatre: Theatre) -> None:
    """Clermont receives new cooperatives, by a form that its officer completed."""
    today = paris_date(theatre.clock.now())
    officer, edition = CLERMONT_STAFF["officer"], str(today.year)
    slug = f"creation-de-scic-{edition}"
    theatre.enter(officer)
    call_id = calls.prepare(
        theatre,
        officer,
        scic.SCHEME,
        edition=edition,
        slug=slug,
        opens=today,
        closes=today + timedelta(days=41),
        choices={"funder_clermont": scic.CLERMONT},
    )
    complete_form(theatre, call_id)
    calls.publish(theatre, officer, call_id)
    begin_drafts(theatre, slug)


SHARES = "engagements"


def complete_form(theatre: Theatre, call_id: str) -> None:
    """A section more: a table with its total, an answer worked out, a question under condition."""
    officer = CLERMONT_STAFF["officer"]
    words = {
        "title_fr": "Engagements reçus",
        "title_en": "Commitments received",
        "intro_fr": "Qui s’est engagé à entrer au capital, et comment le reste sera trouvé.",
        "intro_en": "Who committed to take shares, and how the rest will be found.",
    }
    workshop.add_section(theatre, officer, call_id, SHARES, words)
    for kind, boxes in QUESTIONS:
        workshop.add_question(theatre, officer, call_id, SHARES, kind=kind, words=boxes)
    workshop.work_out(theatre, officer, call_id, "capital_promis", "sum(promesses.montant)")
    workshop.ask_if(theatre, officer, call_id, "banque", "emprunt")


QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "table",
        {
            "label_fr": "Promesses de souscription",
            "label_en": "Promised subscriptions",
            "help_fr": "Une ligne par catégorie d’associés.",
            "help_en": "One line for each category of members.",
            "key": "promesses",
            "columns-0-label_fr": "Catégorie d’associés",
            "columns-0-label_en": "Category of members",
            "columns-0-type": "short_text",
            "columns-0-key": "categorie",
            "columns-0-required": "y",
            "columns-1-label_fr": "Montant promis",
            "columns-1-label_en": "Amount promised",
            "columns-1-type": "money",
            "columns-1-key": "montant",
            "columns-1-required": "y",
            "columns-1-total": "y",
        },
    ),
    (
        "money",
        {
            "label_fr": "Capital déjà promis",
            "label_en": "Capital already promised",
            "key": "capital_promis",
        },
    ),
    (
        "yes_no",
        {
            "label_fr": "Demandez-vous un emprunt à une banque ?",
            "label_en": "Are you asking a bank for a loan?",
            "key": "emprunt",
        },
    ),
    (
        "short_text",
        {
            "label_fr": "À quelle banque, et où en est la demande ?",
            "label_en": "Which bank, and how far is the request?",
            "key": "banque",
        },
    ),
)
"""What the officer adds to the template, in the boxes of the workshop's pages."""


def begin_drafts(theatre: Theatre, slug: str) -> None:
    """Three drafts: one that two people have almost finished, one half way, one just begun."""
    applying.arrive(theatre, [IN_PREPARATION, *BEGINNERS], first_rank=600)
    applying.begin(theatre, IN_PREPARATION, slug=slug, scheme=scic.SCHEME)
    for pages, one in enumerate(reversed(BEGINNERS)):
        applying.begin(theatre, one, slug=slug, scheme=scic.SCHEME, pages=pages * 2)
    housekeeping.invite(theatre, IN_PREPARATION, COLLEAGUE)
    applying.fill(
        theatre,
        COLLEAGUE,
        theatre.drafts[IN_PREPARATION.organisation],
        SHARES,
        {
            "q_promesses-0-c_categorie": "Artisans et salariés de l’atelier",
            "q_promesses-0-c_montant": "14 000",
            "q_emprunt": "yes",
            "q_banque": "Crédit coopératif : accord de principe reçu au printemps.",
        },
    )


def appraise(theatre: Theatre, today: date) -> None:
    """The day after the closing: a list half checked, two requests, a question to an expert."""
    officer, other = MULHOUSE_STAFF["officer"], SECOND_OFFICER
    repair, bakery = (theatre.drafts[one.organisation] for one in (REPAIR, BAKERY))
    theatre.enter(officer)
    theatre.enter(other)
    appraising.check_half(theatre, other, bakery, doubt="Les statuts ne sont pas datés.")
    appraising.stick(theatre, other, LEAD, bakery, "À visiter")
    appraising.write_note(
        theatre, other, bakery, "Le service d’hygiène a déjà visité le four : demander son rapport."
    )
    appraising.write(
        theatre,
        other,
        f"{appraising.FILES}/{bakery}",
        "Bonjour, serait-il possible de visiter le four la semaine prochaine, un matin ?",
    )
    appraising.ask_opinion(
        theatre,
        other,
        bakery,
        EXPERT,
        ask="Un four de cette taille peut-il faire vivre deux apprentis toute l’année ?",
        due=today + timedelta(days=12),
    )
    appraising.ask_complement(
        theatre,
        other,
        bakery,
        {"emploi_somme": "Merci de détailler le prix du four et celui de sa pose."},
        message="Votre dossier nous intéresse. Il manque une précision pour l’examiner.",
        due=today + timedelta(days=10),
    )
    appraising.ask_complement(
        theatre,
        officer,
        repair,
        {"besoin": "Combien de personnes du quartier ont participé aux premiers samedis ?"},
        message="Merci de compléter ce point : il compte dans l’examen des dossiers.",
        due=today + timedelta(days=8),
    )


def answer(theatre: Theatre) -> None:
    """A day later: one request is answered, the expert writes, and so does the bakery."""
    theatre.enter(REPAIR.person)
    theatre.enter(BAKERY.person)
    appraising.answer_complement(
        theatre,
        REPAIR,
        theatre.drafts[REPAIR.organisation],
        {
            "besoin": "Quarante-deux personnes sont venues en cinq samedis, dont vingt-six du "
            "quartier. Onze ont réparé leur voiture, les autres ont aidé ou appris."
        },
        "Nous avons compté les présences dans notre cahier : vous pouvez le consulter.",
    )
    appraising.write(
        theatre,
        BAKERY.person,
        f"/dossiers/{theatre.drafts[BAKERY.organisation]}",
        "Bonjour, nous cuisons le mardi et le jeudi matin : vous serez les bienvenus.",
    )
    appraising.give_opinion(
        theatre,
        EXPERT,
        "reserved",
        "Oui pour un apprenti, avec deux fournées par semaine. Pour deux, il faudrait un contrat "
        "avec la cantine de l’école voisine : je conseille de le demander.",
    )


def go_on(theatre: Theatre, call_id: str) -> None:
    """The committee sits, a search is kept, documents are fetched; two calls are being written."""
    officer, today = MULHOUSE_STAFF["officer"], paris_date(theatre.clock.now())
    theatre.enter(officer)
    committee.play(theatre, call_id)
    appraising.keep_search(
        theatre, officer, "Mes dossiers à compléter", "is:incomplet referent:@moi"
    )
    appraising.export(theatre, officer, call_id)
    workshop.prepare_again(theatre, officer, call_id, f"courts-circuits-{today.year + 1}")
    begin_call(theatre, today)


def begin_call(theatre: Theatre, today: date) -> None:
    """A call from a blank page, left where its check still finds much to say."""
    officer = CLERMONT_STAFF["officer"]
    theatre.enter(officer)
    call_id = workshop.begin(
        theatre,
        officer,
        f"Fabrique des communs {today.year + 1}",
        lead=scic.CLERMONT,
        opens=today + timedelta(days=60),
        closes=today + timedelta(days=105),
    )
    workshop.add_section(theatre, officer, call_id, "commun", {"title_fr": "Votre commun"})
    for kind, label in (
        ("long_text", "Quel commun voulez-vous créer, et avec qui ?"),
        ("yes_no", "Le lieu est-il déjà trouvé ?"),
        ("short_text", "Où se trouve-t-il ?"),
    ):
        words = {"label_fr": label, "key": {"yes_no": "trouve"}.get(kind, kind)}
        workshop.add_question(theatre, officer, call_id, "commun", kind=kind, words=words)
    workshop.ask_if(theatre, officer, call_id, "short_text", "trouve")
