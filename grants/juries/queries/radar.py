"""Where members of juries and applications meet: rows that may tell of a conflict.

Each statement is one question about many people and a whole call; PostgreSQL keeps what may
matter, `grants.juries.sifting` says what it weighs. For services: no viewer.
"""

# ruff: noqa: S608 -- the statements are made of constants of this file

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, String, Uuid, bindparam, text
from sqlalchemy.orm import Session

from grants.applications.models import folded
from grants.juries.affiliation import LEGAL, SMALL, domain_of, person_key, plain_words

NEAR = 0.45
"""From which share of trigrams on a name is worth a look."""

FLAT = "regexp_replace(lower(unaccent({0})), '[^a-z0-9]+', ' ', 'g')"


@dataclass(frozen=True)
class Subject:
    """Somebody to look for: a seat, or a name and an address that an officer typed."""

    id: UUID
    name: str
    email: str
    person_id: UUID | None = None


# Who is looked for; what they declared last; and the applications of the call.
SUBJECTS = """
    s AS MATERIALIZED (SELECT * FROM unnest(:ids, :people, :keys, :domains, :forward, :backward)
        AS one (id, person_id, key, domain, forward, backward)),
    d AS MATERIALIZED (SELECT s.id AS subject, latest.id, latest.family FROM s
        CROSS JOIN LATERAL (SELECT x.id, x.family FROM interests_declaration x
            WHERE x.person_id = s.person_id AND :declared
            ORDER BY x.declared_at DESC, x.id DESC LIMIT 1) latest),
    i AS MATERIALIZED (SELECT d.subject, x.kind, x.body, x.core, x.siren, x.rna, x.role,
            x.since, x.until FROM d JOIN declared_interest x ON x.declaration_id = d.id),
    a AS MATERIALIZED (SELECT id, organisation_id, author_id, accounts
        FROM application WHERE call_id = :call AND submitted_at IS NOT NULL
        AND state NOT IN ('withdrawn', 'inadmissible', 'eliminated'))
"""
# Names are compared letter by letter where a word that tells begins alike: the rest is too much.
STEMS = """ARRAY(SELECT left(w, 4) FROM regexp_split_to_table({0}, ' ') w
            WHERE w <> '' AND w <> ALL(:small) AND w <> ALL(:legal))"""
BODIES = f"""
    WITH {SUBJECTS},
    j AS MATERIALIZED (SELECT i.*, {STEMS.format("i.core")} AS stems FROM i),
    n AS MATERIALIZED (SELECT a.id AS application_id, o.name, left(o.siret, 9) AS siren, o.rna,
            {FLAT.format("o.name")} AS flat
        FROM a JOIN organisation o ON o.id = a.organisation_id),
    o AS MATERIALIZED (SELECT n.*, {STEMS.format("n.flat")} AS stems FROM n)
    SELECT j.subject, j.kind, j.body, j.core, j.role, j.since, j.until, o.application_id,
        o.name AS applicant, o.flat, j.siren = o.siren AS same_siren, j.rna = o.rna AS same_rna
    FROM j JOIN o ON j.siren = o.siren OR j.rna = o.rna
        OR (j.core <> '' AND j.stems && o.stems
            AND (word_similarity(j.core, o.flat) > 0.6 OR similarity(j.core, o.flat) > :near))
"""
TEXTS = f"""
    WITH {SUBJECTS},
    w AS MATERIALIZED (SELECT i.*,
            phraseto_tsquery('public.laureat_french', i.core) AS named,
            CASE WHEN i.siren IS NULL THEN ''::tsquery
                ELSE to_tsquery('simple', i.siren || ':*') END AS numbered,
            EXISTS (SELECT FROM funder f WHERE left(f.siret, 9) = i.siren
                OR (i.core <> '' AND {FLAT.format("f.name")} LIKE '%' || i.core || '%')) AS funds
        FROM i),
    q AS MATERIALIZED (SELECT w.*, w.named || w.numbered AS query FROM w
        WHERE numnode(w.named || w.numbered) > 0)
    SELECT q.subject, q.kind, q.body, q.core, q.role, q.since, q.until, q.funds,
        x.id AS application_id, x.search_vector @@ q.numbered AS by_number
    FROM q JOIN application x ON x.search_vector @@ q.query AND x.id IN (SELECT id FROM a)
"""
AIDS = f"""
    WITH {SUBJECTS}
    SELECT DISTINCT i.subject, i.kind, i.body, i.core, i.role, i.since, i.until,
        a.id AS application_id, x.funder_name
    FROM a JOIN declared_aid x ON x.organisation_id = a.organisation_id AND x.removed_at IS NULL
    JOIN i ON i.core <> '' AND word_similarity(i.core, {FLAT.format("x.funder_name")}) > 0.8
"""
PEOPLE = f"""
    WITH {SUBJECTS},
    m AS MATERIALIZED (
        SELECT both_sides.*, {FLAT.format("both_sides.name")} AS flat,
            (SELECT string_agg(w, ' ' ORDER BY w COLLATE "C")
                FROM regexp_split_to_table({FLAT.format("both_sides.name")}, ' ') w
                WHERE w <> '' AND w <> ALL(:small)) AS key FROM (
            SELECT DISTINCT a.id AS application_id, p.id AS person_id, p.name,
                split_part(p.email, '@', 2) AS domain, o.name AS applicant
            FROM a JOIN organisation_member om ON om.organisation_id = a.organisation_id
            JOIN person p ON p.id = om.person_id
            JOIN organisation o ON o.id = a.organisation_id
            UNION SELECT a.id, p.id, p.name, split_part(p.email, '@', 2), coalesce(o.name, p.name)
            FROM a JOIN person p ON p.id = a.author_id
            LEFT JOIN organisation o ON o.id = a.organisation_id) both_sides)
    SELECT s.id AS subject, m.application_id, m.name, m.applicant, m.domain,
        m.person_id = s.person_id AS same_person, m.key = s.key AND s.key <> '' AS same_name,
        m.domain = s.domain AND s.domain <> '' AS same_domain
    FROM m JOIN s ON m.person_id = s.person_id OR (m.key = s.key AND s.key <> '')
        OR (m.domain = s.domain AND s.domain <> '')
"""
WEBSITES = f"""
    WITH {SUBJECTS}
    SELECT s.id AS subject, a.id AS application_id, o.name AS applicant, s.domain
    FROM a JOIN organisation o ON o.id = a.organisation_id AND o.website IS NOT NULL
    JOIN s ON s.domain <> '' AND s.domain = regexp_replace(
        lower(o.website), '^(https?://)?(www\\.)?([^/:]+).*$', '\\3')
"""
NAMED = f"""
    WITH {SUBJECTS},
    q AS MATERIALIZED (SELECT s.id, phraseto_tsquery('public.laureat_french', s.forward)
            || phraseto_tsquery('public.laureat_french', s.backward) AS query
        FROM s WHERE s.key <> '')
    SELECT q.id AS subject, x.id AS application_id
    FROM q JOIN application x ON x.search_vector @@ q.query AND x.id IN (SELECT id FROM a)
"""
FAMILY = f"""
    WITH {SUBJECTS},
    f AS MATERIALIZED (SELECT d.subject, {FLAT.format("d.family")} AS flat,
            regexp_split_to_array({FLAT.format("d.family")}, ' ') AS words
        FROM d WHERE d.family <> ''),
    n AS MATERIALIZED (
        SELECT once.*, {FLAT.format("once.name")} AS flat, ARRAY(
            SELECT w FROM regexp_split_to_table({FLAT.format("once.name")}, ' ') w
            WHERE w <> '' AND w <> ALL(:small) AND w <> ALL(:legal)) AS words
        FROM (SELECT a.id AS application_id, o.name, o.name AS applicant, false AS is_person
            FROM a JOIN organisation o ON o.id = a.organisation_id
            UNION SELECT a.id, p.name, coalesce(o.name, p.name), true FROM a
            LEFT JOIN organisation o ON o.id = a.organisation_id
            LEFT JOIN organisation_member om ON om.organisation_id = a.organisation_id
            JOIN person p ON p.id = om.person_id OR p.id = a.author_id) once)
    SELECT f.subject, f.flat AS family, n.application_id, n.name, n.flat, n.applicant, n.is_person
    FROM f JOIN n ON cardinality(n.words) > 0 AND f.words @> n.words
"""
PLACES = f"""
    WITH {SUBJECTS},
    own AS MATERIALIZED (
        SELECT s.id AS subject, om.organisation_id FROM s
            JOIN organisation_member om ON om.person_id = s.person_id
        UNION SELECT i.subject, o.id FROM i
            JOIN organisation o ON left(o.siret, 9) = i.siren OR o.rna = i.rna),
    kept AS MATERIALIZED (
        SELECT DISTINCT own.subject, unnest(x.accounts) AS account
        FROM own JOIN application x ON x.organisation_id = own.organisation_id
        UNION SELECT s.id, unnest(x.accounts) FROM s
            JOIN application x ON x.author_id = s.person_id AND x.organisation_id IS NULL)
    SELECT own.subject, a.id AS application_id, 'address' AS kind, mine.name AS body,
        theirs.name AS applicant, theirs.street || ', ' || theirs.postcode || ' ' || theirs.city
            AS place
    FROM own JOIN organisation mine ON mine.id = own.organisation_id AND mine.street ~ '[0-9]'
    JOIN organisation theirs ON theirs.id <> mine.id AND theirs.postcode = mine.postcode
        AND {FLAT.format("theirs.street")} = {FLAT.format("mine.street")}
    JOIN a ON a.organisation_id = theirs.id
    UNION ALL
    SELECT DISTINCT kept.subject, a.id, 'account', '', coalesce(o.name, ''), ''
    FROM kept JOIN a ON kept.account = ANY(a.accounts)
    LEFT JOIN organisation o ON o.id = a.organisation_id
    WHERE NOT EXISTS (SELECT FROM own WHERE own.subject = kept.subject
        AND own.organisation_id = a.organisation_id)
"""
FUNDERS = f"""
    SELECT seat.id AS seat_id, seat.name AS member, x.kind, x.body, x.role, x.until,
        f.name AS funder
    FROM seat
    CROSS JOIN LATERAL (SELECT d.id FROM interests_declaration d
        WHERE d.person_id = seat.person_id ORDER BY d.declared_at DESC, d.id DESC LIMIT 1) latest
    JOIN declared_interest x ON x.declaration_id = latest.id
    JOIN call_funder c ON c.call_id = :call
    JOIN funder f ON f.id = c.funder_id AND (left(f.siret, 9) = x.siren
        OR (x.core <> '' AND {FLAT.format("f.name")} LIKE '%' || x.core || '%'))
    WHERE seat.jury_id = :jury AND seat.declined_at IS NULL
    ORDER BY lower(seat.name), seat.id, x.position, f.name
"""
QUESTIONS = {
    "bodies": BODIES,
    "texts": TEXTS,
    "aids": AIDS,
    "people": PEOPLE,
    "websites": WEBSITES,
    "named": NAMED,
    "family": FAMILY,
    "places": PLACES,
}
TEXT_ARRAYS = ("keys", "domains", "forward", "backward", "small", "legal")


def meetings(
    session: Session, call_id: UUID, subjects: Sequence[Subject], *, declared: bool = True
) -> Iterator[tuple[str, Row[Any]]]:
    """Rows that may tell of a conflict, with the question that found them.

    As many statements as there are questions, however many the people and the applications.
    Unless `declared`, what people declared is left aside.
    """
    spoken = [plain_words(folded(one.name)) for one in subjects]
    given = {
        "call": call_id,
        "ids": [one.id for one in subjects],
        "people": [one.person_id for one in subjects],
        "keys": [person_key(folded(one.name)) for one in subjects],
        "domains": [domain_of(one.email) for one in subjects],
        "forward": [" ".join(words) for words in spoken],
        "backward": [" ".join([*words[1:], *words[:1]]) for words in spoken],
        "small": sorted(SMALL),
        "legal": sorted(LEGAL),
        "near": NEAR,
        "declared": declared,
    }
    for question, statement in QUESTIONS.items():
        asked = _typed(statement)
        wanted = {name: given[name] for name in asked.compile().params}
        for row in session.execute(asked, wanted):
            yield question, row


def _typed(statement: str) -> Any:
    clause = text(statement)
    known = set(clause.compile().params)
    arrays = [bindparam(name, type_=ARRAY(String)) for name in TEXT_ARRAYS if name in known]
    ids = [bindparam(name, type_=ARRAY(Uuid)) for name in ("ids", "people")]
    return clause.bindparams(*arrays, *ids, bindparam("call", type_=Uuid))
