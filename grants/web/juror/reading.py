"""A file's answers as one juror may read them: on the scoring screen and in the booklet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from grants.applications.answers import applicant
from grants.juries.queries import FileLine, Sheet
from grants.web.answers import ReadSection, read_sections


def read_file(
    sheet: Sheet, file_url: Callable[[FileLine], str | None] | None = None
) -> list[ReadSection]:
    """The answers that this juror may read; `file_url` gives the address of a document."""
    application = sheet.application
    files: dict[str, list[FileLine]] = defaultdict(list)
    for file in sheet.files:
        files[file.field_key].append(file)
    return read_sections(
        application.revision.form,
        sheet.answers,
        files,
        sheet.reading,
        applicant=applicant(application),
        file_url=file_url,
    )
