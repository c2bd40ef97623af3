"""Who plays in the demonstration. All invented, but the beneficiaries that the sources name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stdnum import luhn

PASSWORD = "Trois-ruisseaux-et-un-pont"  # noqa: S105 -- printed at the end: it opens a demonstration
DOMAIN = "demo.example"
ASSOCIATION, ALSATIAN, SCIC, SAS = "9220", "9260", "5710-scic", "5710"


@dataclass(frozen=True)
class Place:
    """Where an organisation has its seat; `code` is INSEE's, which is not the postcode."""

    city: str
    postcode: str
    code: str


MULHOUSE = Place("Mulhouse", "68100", "68224")
KINGERSHEIM = Place("Kingersheim", "68260", "68166")
CLERMONT = Place("Clermont-Ferrand", "63000", "63113")


@dataclass(frozen=True)
class Player:
    """A person with a part."""

    name: str

    @property
    def email(self) -> str:
        """The address, made from the name."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{re.sub('[^a-z]+', '.', plain.lower()).strip('.')}@{DOMAIN}"


@dataclass(frozen=True)
class Candidate:
    """An organisation, who represents it, and what it asks for."""

    person: Player
    organisation: str
    legal_form: str
    title: str
    about: str
    requested: int = 0  # in whole euros or square metres
    place: Place = CLERMONT
    track: str = ""  # of a call that has several

    def siret(self, rank: int) -> str:
        """A number with the right check digits in a range that INSEE does not use."""
        siren = f"9990{rank:04d}"
        siren += luhn.calc_check_digit(siren)
        siret = f"{siren}0001"
        return siret + luhn.calc_check_digit(siret)


OPERATOR = Player("Ambre Vasseur")

CLERMONT_STAFF = {
    "administrator": Player("Basile Chaumont"),
    "officer": Player("Clarisse Montel"),
    "finance": Player("Damien Fabre-Lacroix"),
    "approver": Player("Édith Roussange"),
    "elected": Player("Fernand Auzelle"),
}
MULHOUSE_STAFF = {
    "administrator": Player("Gaëlle Ritterberg"),
    "officer": Player("Hippolyte Kestner"),
    "finance": Player("Inès Waldvogel"),
    "approver": Player("Joachim Storckel"),
    "elected": Player("Karine Oberdorf"),
}
SECOND_OFFICER = Player("Mathilde Sundhauser")
"""Follows what comes from outside Mulhouse, for the agglomeration."""
EXPERT = Player("Solveig Amarande")
READER = Player("Titouan Bessonnet")
"""Asked to be told of calls that open; has no account."""
COLLEAGUE = Player("Zélie Roubaudin")
"""Fills in beside Xavière Malintrat."""
CLERMONT_JURY = [Player("Loïc Vernassal"), Player("Maud Peyrissac"), Player("Naïm Benhalla")]
BUSINESS_JURY = [
    Player("Odile Haussmark"),
    Player("Pascal Zwillinger"),
    Player("Quitterie Lerch"),
    Player("Ursule Meistermann"),
]
CITIZEN_JURY = [
    Player("Rokia Sanogo-Klein"),
    Player("Samuel Tritsch"),
    Player("Thaïs Muhlbach"),
    Player("Viktor Danzas"),
]


BUREAU = [
    Player(name)
    for name in (
        *("Rosalinde Cheylard", "Fernand Auzelle", "Noémie Vialatou", "Philomène Vacher"),
        *("Bérenger Dumontet", "Ysaline Fargeot", "Théophile Blanzat", "Gatien Pourrat"),
        "Maïwenn Cournol",
    )
]
"""The bureau of Clermont: the president first, then the vice-president who signs in."""

VOTERS = [
    Player(name)
    for name in (
        *("Agathe Rueff", "Boris Lindecker", "Clémence Zuber", "Driss Hamraoui"),
        *("Estelle Wack", "Fabrice Untersinger", "Gwenaëlle Ott", "Henri Schaeffer-Diop"),
        *("Inaya Belkhir", "Josselin Marck", "Kim Nguyen-Baur", "Léa Roeckel"),
    )
]
"""A dozen people of Mulhouse: they vote by e-mail and have no account."""


def _candidates(rows: str, form: str = ASSOCIATION, place: Place = CLERMONT) -> list[Candidate]:
    made = []
    for row in rows.strip().splitlines():
        person, organisation, title, about, requested = (one.strip() for one in row.split("|"))
        made.append(
            Candidate(Player(person), organisation, form, title, about, int(requested), place)
        )
    return made


COURTS_CIRCUITS = _candidates(
    """
Adèle Burglin | La Bobine solidaire | Un atelier de couture qui répare et transmet | Réparer les vêtements du quartier, former dix personnes par an et vendre les pièces retouchées. | 4000
Bastien Hertzog | Les Paniers de la Doller | Des paniers de saison livrés à vélo | Relier douze maraîchers à deux cents foyers, par une livraison à vélo-cargo. | 5000
Capucine Ehret | Le Fil à plomb | Une matériauthèque pour les chantiers | Récupérer les matériaux des chantiers et les revendre aux habitants à prix doux. | 6000
Dorian Schlumb | Cuisine du Canal | Une conserverie de quartier | Transformer les invendus du marché en bocaux, avec des personnes éloignées de l’emploi. | 4500
Elsa Kuentzler | Mobil’Âge | Des trajets accompagnés pour les aînés | Conduire et accompagner des personnes âgées isolées à leurs rendez-vous. | 3500
Farid Messaoudène | Les Ondes du Drouot | Une radio faite par les habitants | Former des habitants à la radio et donner à entendre la vie du quartier. | 3000
Garance Ittel | Au Grain près | Un café-épicerie en vrac coopératif | Ouvrir un lieu tenu par ses membres, où l’on achète au gramme et où l’on se parle. | 6000
Hugo Lamarche-Wolf | Second Tour | Une seconde vie pour les vélos | Collecter, réparer et louer à petit prix des vélos abandonnés. | 4000
Ilona Brandstetter | La Crèche buissonnière | Une garde d’enfants aux horaires décalés | Garder les enfants de parents qui travaillent tôt, tard ou la nuit. | 6000
Jules Zimmerlin | Pixels partagés | Des ordinateurs reconditionnés et leur mode d’emploi | Reconditionner des ordinateurs et aider pas à pas celles et ceux qui les reçoivent. | 4500
Katia Noblat | Les Jardins d’Ariane | Un jardin nourricier au pied des tours | Cultiver ensemble deux mille mètres carrés et partager les récoltes. | 3500
Lucas Ostermann | Toit à tous | Une conciergerie solidaire | Rendre les petits services du quotidien et créer trois emplois stables. | 5000
Mina Karadag | Langues vivantes | Des cours de français entre voisins | Apprendre le français par la conversation, chez l’habitant et au café. | 2500
Nino Felsenberg | Le Théâtre des braises | Un spectacle écrit par les salariés d’une usine | Recueillir la parole ouvrière et la jouer dans les ateliers. | 3000
Olympe Gasser | Savon de Rixheim | Une savonnerie d’insertion | Fabriquer des savons à froid avec cinq salariés en parcours. | 5500
Paul-Émile Dietsch | Terres communes | Une foncière agricole citoyenne | Acheter ensemble des terres et y installer des paysannes et des paysans. | 6000
Rosalie Wintz | Les Petits Ruisseaux | Une monnaie de temps entre associations | Échanger des heures et des savoir-faire entre associations du territoire. | 2500
Soren Ackermann | Bois d’ici | Du mobilier en bois local pour les écoles | Fabriquer du mobilier scolaire avec le bois des forêts voisines. | 5000
""",
    ALSATIAN,
    MULHOUSE,
)

SCICS = [
    Candidate(
        Player("Thibault Escolane"),
        "Epicentre Factory",
        SCIC,
        "Redynamiser une rue du centre-ville",
        "Une société coopérative qui fait revivre une rue du centre-ville de Clermont-Ferrand.",
        10_000,
    ),
    Candidate(
        Player("Violette Arnaudy"),
        "SoCoop",
        SCIC,
        "Une coopérative au service des coopérations",
        "Une société coopérative d’intérêt collectif ouverte aux habitants et aux entreprises.",
        10_000,
    ),
    Candidate(
        Player("Wilfried Jourdanne"),
        "La Halle buissonnière",
        SAS,
        "Une halle gourmande privée",
        "Une halle alimentaire, portée par une société qui n’a pas encore de sociétaires usagers.",
        10_000,
    ),
]

MAISON_ESS = _candidates(
    """
Yasmine Courtial | Le Comptoir des coopérateurs | Un supermarché coopératif et participatif | Douze cents membres, trois heures par mois : un supermarché tenu par celles et ceux qui y achètent. | 900
Abel Monteix | La Ruche aux projets | Un espace de coworking associatif | Soixante postes, des salles de réunion et une animation quotidienne. | 420
Blanche Faugère | Cap Insertion Auvergne | Les bureaux d’une association d’insertion | Accueillir chaque année trois cents personnes dans leur recherche d’emploi. | 240
Côme Delarbre | Les Ateliers du Lien | Des ateliers de réparation partagés | Outils, établis et coups de main pour réparer plutôt que jeter. | 260
Diane Rochebrune | Finance commune | Une antenne de la finance solidaire | Recevoir les porteurs de projet et instruire leurs demandes de prêt. | 120
Éloi Chassagnard | Radio Puys | Un studio de radio associative | Un studio ouvert aux associations hébergées. | 90
Flora Besseyre | Domestic’Aide | Le siège d’une coopérative d’aide à domicile | Quatre-vingts salariées associées, un lieu pour se former et se retrouver. | 180
Gaspard Lioret | Mutuelle des Volcans | Une agence mutualiste | Une permanence de prévention et de conseil. | 110
Hanaé Sauvagnat | Le Cercle des CAE | Une coopérative d’activité et d’emploi | Accompagner cent vingt entrepreneurs salariés. | 200
Isidore Malaval | Numérique en commun | Un fablab pour les associations | Fabrication numérique, prêt de matériel et médiation. | 160
Joséphine Terrasse | Graines de parents | Une halte-garderie parentale | Quinze places, ouvertes aux salariés de la Maison. | 150
Kévin Brugerolle | Ciné Passerelle | Un ciné-club itinérant | Le siège et la réserve de matériel d’un ciné-club itinérant. | 60
Lison Chabrillat | Auvergne Équitable | Une boutique de commerce équitable | Vente, dégustation et expositions. | 100
Martin Pradalier | Sport pour chacun | Le siège d’une fédération affinitaire | Coordonner quarante clubs. | 80
Nour Estival | Le Repas d’à côté | Une cantine d’insertion | Cent couverts par jour, huit salariés en parcours. | 220
Octave Romagnat | Écho-Logis | Un guichet de la rénovation | Conseiller les ménages, avec des artisans coopérateurs. | 70
Prune Vazeille | Les Archives vivantes | Un centre de ressources de l’ESS | Conserver et prêter la mémoire des associations. | 60
Quentin Gergoval | Trajet commun | Une agence d’autopartage coopératif | Un point d’accueil et dix voitures partagées. | 40
Romane Lempdes | Voix de femmes | Un accueil pour les femmes victimes de violences | Un lieu discret d’écoute et d’orientation. | 40
Simon Aubiat | L’Escale entrepreneuse | Une pépinière d’entreprises sociales | Héberger douze jeunes structures pendant deux ans. | 480
"""
)

CISCA = Candidate(
    Player("Tara Montferrat"),
    "CISCA",
    ASSOCIATION,
    "Un centre de recherche en innovations sociales",
    "Réunir collectivités, laboratoires et acteurs pour répondre aux questions du territoire.",
    10_000,
)

IN_PREPARATION = Candidate(
    Player("Xavière Malintrat"),
    "La Fabrique des Combes",
    SCIC,
    "Une menuiserie partagée au pied des volcans",
    "Une coopérative où artisans, habitants et communes partagent un atelier et des machines.",
    10_000,
)

BEGINNERS = [
    Candidate(
        Player("Zacharie Peyrol"),
        "La Bergerie commune",
        SCIC,
        "Un troupeau et une fromagerie partagés",
        "Des éleveurs, des clients et trois communes reprennent ensemble une bergerie et son atelier.",
        10_000,
    ),
    Candidate(
        Player("Apolline Desvignes"),
        "Le Manège à idées",
        ASSOCIATION,
        "Une ludothèque qui devient coopérative",
        "Une ludothèque associative change de statut avec ses familles, ses salariées et sa commune.",
        10_000,
    ),
]
"""Each of these left a draft at another point."""

OPEN_NOW = _candidates(
    """
Ulysse Bernwiller | Les Toits verts | Des toitures potagères partagées | Cultiver les toits plats du centre avec les habitants des immeubles. | 5000
Victoire Haberkorn | Le Vestiaire commun | Une bibliothèque d’objets | Prêter plutôt qu’acheter : outils, tentes, poussettes et machines. | 3500
Yanis Oudghiri | Atelier Rond-Point | Un garage où l’on apprend à réparer | Réparer sa voiture avec un mécanicien, ses voisins et des pièces d’occasion. | 4500
""",
    ALSATIAN,
    MULHOUSE,
) + _candidates(
    """
Wanda Hirschfelder | Le Fournil des Faubourgs | Un four à pain partagé | Cuire le pain du quartier dans un four tenu par ses habitants, et apprendre le métier à deux jeunes. | 3000
""",
    ALSATIAN,
    KINGERSHEIM,
)

THIS_YEAR = _candidates(
    """
Hanaé Sauvagnat | Le Cercle des CAE | Trois ans pour installer la coopération dans les quartiers | Accompagner pendant trois ans soixante habitants qui créent ou reprennent une activité coopérative. | 90000
Abel Monteix | La Ruche aux projets | Une année de permanences pour les projets naissants | Recevoir sans rendez-vous, deux jours par semaine, celles et ceux qui ont une idée et ne savent par où commencer. | 30000
Côme Delarbre | Les Ateliers du Lien | Un atelier de réparation qui va de bourg en bourg | Un camion, des outils et deux animateurs : réparer avec les habitants, une semaine par commune. | 12000
Éloi Chassagnard | Radio Puys | Une émission hebdomadaire sur l’économie d’ici | Donner la parole à celles et ceux qui entreprennent autrement, et former dix bénévoles au son. | 10000
Octave Romagnat | Écho-Logis | Cent copropriétés conseillées pour leurs travaux | Aller voir les copropriétés qui hésitent, avec des artisans coopérateurs, et les aider à décider. | 18000
Simon Aubiat | L’Escale entrepreneuse | Un parcours pour les entreprises sociales de moins de deux ans | Douze mois d’ateliers, de parrainage et de mise en relation pour douze jeunes structures. | 24000
Martin Pradalier | Sport pour chacun | Du sport adapté dans chaque quartier | Former vingt animateurs et ouvrir un créneau par semaine dans dix quartiers. | 14000
Flora Besseyre | Domestic’Aide | Une avance pour équiper les salariées en vélos | Avancer l’achat de quinze vélos à assistance électrique, remboursés sur les économies de trajet. | 15000
Isidore Malaval | Numérique en commun | Un serveur partagé entre associations | Héberger les outils de quarante associations sur des machines partagées. | 16000
Joséphine Terrasse | Graines de parents | Une deuxième halte-garderie parentale | Ouvrir dix places aux horaires de travail décalés. | 20000
Lison Chabrillat | Auvergne Équitable | Une boutique itinérante de commerce équitable | Vendre et expliquer sur les marchés de douze communes. | 15000
"""
)
"""They apply for direct support this year; each goes another way, from the agreement to an appeal."""

NEXT_VOTE = _candidates(
    """
Blanche Faugère | Cap Insertion Auvergne | Un accueil de jour pour les chercheurs d’emploi isolés | Un lieu ouvert chaque matin, avec un écrivain public et une garde d’enfants. | 20000
Diane Rochebrune | Finance commune | Des prêts d’honneur pour créer sa coopérative | Un comité de bénévoles prête sans intérêt et suit chaque projet pendant deux ans. | 15000
Gaspard Lioret | Mutuelle des Volcans | Un camion de prévention dans les communes sans médecin | Dépister, écouter et orienter, une demi-journée par mois dans vingt communes. | 12000
Nour Estival | Le Repas d’à côté | Une deuxième cuisine d’insertion | Soixante couverts de plus par jour et quatre salariés en parcours. | 22000
Éloi Chassagnard | Radio Puys | Des ateliers de radio dans les collèges | Huit collèges écrivent, enregistrent et diffusent leurs propres émissions. | 14000
"""
)
"""They came in during the autumn: the bureau decides upon them next week."""
