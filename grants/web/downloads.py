"""Stored documents on their way out: always as a download, never as a page."""

from __future__ import annotations

from flask import Response, send_file

from grants.files.models import StoredFile
from grants.files.services import require_readable
from grants.kernel.errors import Unknown
from grants.web.requests import store


def send(stored: StoredFile) -> Response:
    """The document as an attachment that no browser will run.

    The caller has checked that the person may read it.

    Raises:
        Unknown: the store no longer has its bytes.
        Refused: an antivirus has not read it yet, or found it infected.
    """
    require_readable(stored)
    try:
        stream = store().open(stored.sha256)
    except FileNotFoundError as error:
        raise Unknown from error
    answer = send_file(
        stream,
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        etag=stored.sha256,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
