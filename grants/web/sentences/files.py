"""Why a document was not taken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "files.waiting": _l(
        "“%(file)s” is waiting for the antivirus. It can be opened as soon as it has been read."
    ),
    "files.infected": _l(
        "A virus was found in “%(file)s”: nobody can open it. Clean the file or make it again "
        "from its source, then send it."
    ),
    "files.empty": _l(
        "This file is empty. Check that it opens on your device, then choose it again."
    ),
    "files.too_large": _l("This file is larger than %(megabytes)s MB."),
    "files.type_refused": _l(
        "This type of file is not accepted. Send a PDF, ODT, DOCX, ODS, XLSX, JPEG or PNG."
    ),
    "files.content_mismatch": _l(
        "What this file contains is not what its name says (.%(ending)s). "
        "Open it, save it again in that format, then send it."
    ),
    "files.damaged": _l(
        "This file cannot be opened: it is damaged or protected by a password. "
        "Save it again without a password, then send it."
    ),
    "files.macros": _l(
        "This document contains macros or a program. Save it again without them, or as a PDF, "
        "then send it."
    ),
    "files.zip_bomb": _l("This file grows out of proportion when it is opened. It was not kept."),
    "files.name_has_path": _l(
        "The name of this file contains a path. Rename it without “/”, “\\” or “..”, then send it."
    ),
}
REMEDIES = {
    "files.too_large": _l(
        "Reduce its images or split it in two: %(megabytes)s MB is the most for one file."
    ),
}
