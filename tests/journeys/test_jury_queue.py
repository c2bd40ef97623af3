"""A juror's queue in a browser: keys that go on and skip, texts that keep their letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from build.juries import a_panel
from grants.calls.models import Stage as CallStage
from grants.juries.models import Review
from grants.kernel.clock import paris_date


@pytest.fixture
def panel(stage):
    with stage.session() as session:
        panel = a_panel(session, applications=3)
        step = session.get_one(CallStage, panel.jury.stage_id)
        today = paris_date(stage.clock.now())
        step.starts_on, step.ends_on = today - timedelta(days=1), today + timedelta(days=9)
    return panel


def test_s_saves_and_goes_on_and_n_skips_but_not_while_one_types(stage, panel):
    juror = stage.enter(stage.visitor(), panel.jurors[0].id)
    queue = f"/jury/{panel.jury.id}"
    juror.goto(queue).follow("Commencer à noter")
    first, page = juror.path, juror.page
    page.locator('[name="comment_jury"]').fill("")
    page.locator('[name="comment_jury"]').press_sequentially("sans nuance")
    expect(page.locator('[name="comment_jury"]')).to_have_value("sans nuance")
    assert juror.path == first
    page.locator('[name="mark_criterion1"]').first.focus()
    with page.expect_navigation():
        page.keyboard.press("s")
    second = juror.path
    assert second != first
    with page.expect_navigation():
        page.keyboard.press("n")
    assert juror.path not in {first, second}
    juror.look()
    with stage.session() as session:
        saved = session.scalars(select(Review).where(Review.jury_id == panel.jury.id)).all()
    assert [one.comment_jury for one in saved] == ["sans nuance"]
    page.locator("[data-shortcuts] summary").click()
    page.locator("[data-shortcuts-on]").uncheck()
    page.locator("h1").click()
    before = juror.path
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert juror.path == before
    juror.goto(f"{queue}/hors-ligne")
