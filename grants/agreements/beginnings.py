"""What a usual text begins as, where an authority has not written its own. In French: acts are."""

from __future__ import annotations

from collections.abc import Mapping

from grants.agreements.usual import Kind

AGREEMENT = """Entre [financeur], [adresse_financeur], d’une part,
et [beneficiaire], [adresse_beneficiaire], SIRET [siret], d’autre part,

Vu l’article 10 de la loi n° 2000-321 du 12 avril 2000 et le décret n° 2001-495 du 6 juin 2001,
Vu la délibération n° [acte] du [date],

# Article 1 – Objet

La présente convention fixe les conditions dans lesquelles [financeur] soutient le projet \
« [projet] » (dossier n° [dossier], appel « [appel] »).

# Article 2 – Montant

Le montant attribué est de [montant]. Il n’est pas révisable à la hausse sans nouvelle délibération.

# Article 3 – Durée

[duree]

# Article 4 – Modalités de versement

[versement]

# Article 5 – Comptes rendus et contrôle

[compte_rendu]

Le bénéficiaire emploie l’aide au seul projet et se prête au contrôle prévu à l’article L1611-4 du \
code général des collectivités territoriales. Il ne la reverse pas à un tiers.

# Article 6 – Contrat d’engagement républicain

[engagement_republicain]

# Article 7 – Part non dépensée

La part de l’aide qui n’est pas dépensée est restituée, sauf accord écrit de [financeur] sur un \
excédent raisonnable.

# Article 8 – Résiliation et retrait

[retrait]

# Article 9 – Recours

[recours]"""

ORDER = """# [nature] n° [acte] du [date]

[organe] de [financeur],

Vu le code général des collectivités territoriales,
Vu [delegation],
Vu la demande de [beneficiaire] (dossier n° [dossier], appel « [appel] »),

# Article 1

[montant] sont attribués à [beneficiaire] pour le projet « [projet] ».

# Article 2

La dépense est imputée au budget de [financeur]. Le versement suit l’échéancier porté à la \
connaissance du bénéficiaire.

# Article 3

Le présent acte est notifié au bénéficiaire, publié, et transmis au représentant de l’État. \
[transmission]

[recours]

Fait le [date].
Par délégation du conseil de [financeur] : [president]"""

BEGINNINGS: Mapping[Kind, str] = {Kind.AGREEMENT: AGREEMENT, Kind.ORDER: ORDER}
