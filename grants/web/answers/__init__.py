"""The form of a call on a page: to fill in (`section_form`) and to read (`read_sections`)."""

from grants.web.answers.forms import SectionForm, name_of, section_form
from grants.web.answers.reading import ReadLine, ReadSection, read_sections
from grants.web.answers.telling import tell

__all__ = [
    "ReadLine",
    "ReadSection",
    "SectionForm",
    "name_of",
    "read_sections",
    "section_form",
    "tell",
]
