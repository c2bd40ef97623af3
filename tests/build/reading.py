"""What a person reads on a page."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of a page, tags gone and spaces collapsed."""
    html = answer.get_data(as_text=True)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()
