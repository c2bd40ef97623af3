"""Stored documents on their way out: always as a download, never as a page."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import BinaryIO

from flask import Response, send_file

from grants.files.models import StoredFile
from grants.files.neutral import NotNeutral, neutral
from grants.files.services import require_readable
from grants.kernel.errors import Refused, Unknown
from grants.web.requests import store


def send(stored: StoredFile) -> Response:
    """The document as an attachment that no browser will run.

    The caller has checked that the person may read it.

    Raises:
        Unknown: the store no longer has its bytes.
        Refused: an antivirus has not read it yet, or found it infected.
    """
    return _sent(_opened(stored), stored.media_type, stored.name, etag=stored.sha256)


def send_neutral(stored: StoredFile, name: str) -> Response:
    """The same under another name, without what it says of its author.

    Raises:
        Unknown: the store no longer has its bytes.
        Refused: an antivirus has not read it yet, or found it infected; `document.withheld`,
            when nobody can take the author out of it.
    """
    with _opened(stored) as stream:
        data = stream.read()
    try:
        clean = neutral(data, stored.media_type)
    except NotNeutral as error:
        raise Refused("document.withheld") from error
    return _sent(BytesIO(clean), stored.media_type, name, etag=hashlib.sha256(clean).hexdigest())


def _opened(stored: StoredFile) -> BinaryIO:
    require_readable(stored)
    try:
        return store().open(stored.sha256)
    except FileNotFoundError as error:
        raise Unknown from error


def _sent(stream: BinaryIO, media_type: str, name: str, *, etag: str) -> Response:
    answer = send_file(
        stream, mimetype=media_type, as_attachment=True, download_name=name, etag=etag, max_age=0
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
