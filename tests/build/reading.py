"""What a person reads on a page."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

from werkzeug.test import TestResponse


def words(answer: TestResponse) -> str:
    """The text of a page, tags gone and spaces collapsed."""
    html = answer.get_data(as_text=True)
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()


def told_by(answer: TestResponse) -> bytes:
    """All that an answer holds, spreadsheets and archives unpacked."""
    data = answer.get_data()
    answer.close()
    if not data.startswith(b"PK"):
        return data
    with ZipFile(BytesIO(data)) as pack:
        return b"".join(pack.read(name) for name in pack.namelist())
