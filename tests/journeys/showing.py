"""Each page of a gallery, opened by whom it is for, and the button that it says pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from build.gallery.names import Look
from build.people import a_token
from journeys.inside import Inside
from journeys.stage import COOKIE
from journeys.visitor import Visitor

Scene = Callable[[Session, int], Iterable[Look]]


def show(
    stage: Inside, scene: Scene, *, many: int = 6, then: Callable[[Visitor], object] | None = None
) -> None:
    """Open each page as soon as the scene says so, before it goes on; `then` is done on each."""
    visitor, tokens = stage.visitor(), {None: ""}
    with stage.session() as session:
        looks = iter(scene(session, many))
        while look := _next(stage, session, looks, tokens):
            visitor.context.clear_cookies()
            cookie = {"name": COOKIE, "value": tokens[look.who], "url": stage.address}
            visitor.context.add_cookies([cookie] if look.who else [])
            visitor.goto(look.path, status=look.status)
            if look.unfold:
                visitor.page.locator("main summary", has_text=look.unfold).first.click()
            if look.press:
                visitor.fill(look.fill).press(look.press, status=look.answer)
            if then:
                then(visitor)
            visitor.page.goto("about:blank")  # what keeps up with a meeting asks no more


def _next(stage: Inside, session: Session, looks, tokens) -> Look | None:
    """The next page, once no other is being answered: the data are on one connection."""
    with stage.alone:
        look = next(looks, None)
        if look and look.who not in tokens:
            tokens[look.who] = a_token(session, look.who)
        session.flush()
        return look
