"""The officers' list is drawn a row at a time: what applicants typed stays text, in its column."""

from __future__ import annotations

import re

from build.applications import S, an_application
from build.calls import a_call
from build.people import a_funder, a_funder_member, an_organisation

TITLE = '<script>alert(1)</script> & "Cie" \''
NAME = "Les <i>Jardins</i> & Cie"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Cie&#34; &#39;"


def test_what_was_typed_is_text_and_each_cell_stands_under_its_column(session, as_person):
    funder = a_funder(session)
    call = a_call(session, funders=[funder])
    officer = a_funder_member(session, funder)
    for title in ("Un projet", TITLE, "Un autre"):
        organisation = an_organisation(session, name=NAME)
        an_application(session, call, state=S.SUBMITTED, title=title, organisation=organisation)
    session.flush()
    browser = as_person(officer)
    page = browser.get(f"/instruction/appels/{call.id}/dossiers?col=title&col=applicant&col=state")
    assert "<script>alert(1)" not in page.text
    rows = re.findall(
        r'<td data-label="Projet">(.*?)</td><td data-label="Porteur[^"]*">(.*?)</td>'
        r'<td data-label="[^"]+">(.*?)</td></tr>',
        page.text,
    )
    assert [title for title, _, _ in rows] == ["Un projet", ESCAPED, "Un autre"]
    assert {name for _, name, _ in rows} == {"Les &lt;i&gt;Jardins&lt;/i&gt; &amp; Cie"}
    assert all(state.startswith("<span") for _, _, state in rows)
