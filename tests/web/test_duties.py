"""Due dates on their page, and in a calendar that only its secret address opens."""

from __future__ import annotations

from build.clock import NOW
from build.decisions import a_deliberation, a_scene
from build.hostile import altered
from grants.followup import services as followup
from grants.kernel.access import FunderRole


def test_a_calendar_holds_the_dates_until_it_is_closed(session, as_person, client):
    scene = a_scene(session)
    a_deliberation(session, scene, announced=True)
    followup.expect_reports(session, now=NOW)
    officer = as_person(scene.people[FunderRole.OFFICER])
    page = officer.get("/echeances").text
    assert "30/06/2019" in page
    assert "arrêté du 11 octobre 2006" in page
    assert "30/06/2019" not in officer.get("/echeances?kind=advance").text
    assert "30/06/2019" not in officer.get("/echeances?mine=1").text
    assert officer.post("/echeances/calendrier").status_code == 303
    address = officer.get("/echeances").text.partition('readonly value="http://localhost')[2]
    address = address.partition('"')[0]
    feed = client.get(address)
    assert feed.content_type.startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20190630" in feed.text
    assert feed.headers["Cache-Control"] == "private, no-store"
    start, token = address.removesuffix(".ics").rsplit("/", 1)
    assert client.get(f"{start}/{altered(token)}.ics").status_code == 404
    assert officer.post("/echeances/calendrier/fermer").status_code == 303
    assert client.get(address).status_code == 404
