"""A blind stage with one file that tells of its applicant wherever it can."""

from __future__ import annotations

import io
import re

import pikepdf
from PIL import Image

from build.calls import a_form
from build.clock import NOW
from build.documents import a_docx
from build.juries import Desk, a_panel, a_review, an_application_in_review, an_assignment
from build.people import acting_as
from build.reading import told_by
from grants.applications.models import ApplicationFile, folded
from grants.calls.models import Stage
from grants.files.services import deposit
from grants.people.models import Organisation, Person

HOUSE, WRITER = "Les Ateliers Valromey", "Ombeline Castagnède"
IDENTITY = ("Valromey", "Castagn", "Ombeline", "castagnede@", "ateliers-valromey")
"""What would tell a blind juror who applies."""


def a_pdf_by(author: str) -> bytes:
    """A page whose properties name its author three times, with a file attached to it."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = author
        pdf.docinfo["/Title"] = f"Statuts de {HOUSE}"
        with pdf.open_metadata() as xmp:
            xmp["dc:creator"] = [author]
        pdf.attachments["rib-valromey.txt"] = author.encode()
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Text,
            Rect=[0, 0, 9, 9],
            T=author,
            Contents="À vérifier",
        )
        pdf.pages[0].Annots = pdf.make_indirect([pdf.make_indirect(note)])
        pdf.save(out)
    return out.getvalue()


def a_photo_by(author: str) -> bytes:
    """A photograph whose camera knows its owner."""
    out, told = io.BytesIO(), Image.Exif()
    told[0x013B] = author.encode("ascii", "ignore").decode()
    Image.new("RGB", (16, 16), "teal").save(out, "JPEG", exif=told, comment=HOUSE.encode())
    return out.getvalue()


def a_letter_by(author: str) -> bytes:
    """A letter with an author in its properties, and a change that names them."""
    saved = f"<dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy>"
    core = f"<cp:coreProperties>{saved}</cp:coreProperties>"
    comment = f'<w:comments><w:comment w:author="{author}" w:initials="OC"/></w:comments>'
    return a_docx(
        "Notre projet",
        ("docProps/core.xml", core.encode()),
        ("word/comments.xml", comment.encode()),
    )


DOCUMENTS = {
    "statuts-ateliers-valromey.pdf": a_pdf_by,
    "photo-ombeline.jpg": a_photo_by,
    "lettre-castagnede.docx": a_letter_by,
}


def a_form_for_jurors() -> dict[str, object]:
    """The short form, its contact read by jurors unless they are blind."""
    form = a_form()
    (contact,) = [one for one in form["sections"][0]["fields"] if one["key"] == "contact"]
    contact["visible_to"] = ["juror"]
    return form


def a_blind_desk(database, file_store, as_person) -> Desk:
    """A blind stage with one file that tells of its applicant wherever it can, already scored."""
    with database.transaction() as session:
        panel = a_panel(session, jurors=1, applications=0, document=a_form_for_jurors())
        session.get_one(Stage, panel.jury.stage_id).blind = True
        application = an_application_in_review(
            session,
            panel.call,
            title="Une presse à fruits itinérante",
            answers={
                "title": "Une presse à fruits itinérante",
                "summary": "Presser les fruits des vergers.",
                "contact": "castagnede@ateliers-valromey.example",
                "requested": 500_000,
            },
        )
        writer = session.get_one(Person, application.author_id)
        writer.name = WRITER
        session.get_one(Organisation, application.organisation_id).name = HOUSE
        application.search_text = folded(f"{application.title} {HOUSE}")
        for name, made in DOCUMENTS.items():
            bytes_in, actor = io.BytesIO(made(WRITER)), acting_as(session, writer)
            stored = deposit(session, file_store, bytes_in, name=name, actor=actor)
            session.add(
                ApplicationFile(
                    application_id=application.id,
                    field_key="articles",
                    stored_file_id=stored.id,
                    added_at=NOW,
                    added_by=writer.id,
                )
            )
        panel.applications.append(application)
        an_assignment(session, panel.seats[0], application)
        a_review(session, panel.seats[0], application, 7, 5)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


def told(answer) -> str:
    """All that an answer says, headers, archives and PDF properties included."""
    data = told_by(answer)
    if answer.data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(answer.data)) as pdf:
            data = b"".join(
                [data, *(repr(one).encode() for one in pdf.objects), *map(bytes, streams(pdf))]
            )
    return f"{answer.headers}{data.decode(errors='ignore')}"


def streams(pdf):
    """What the streams of a PDF hold, unpacked."""
    return (one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))


def betrayed(text: str) -> list[str]:
    return [one for one in IDENTITY if one.casefold() in text.casefold()]


def documents_of(page: str) -> list[tuple[str, str]]:
    """The documents that a page links to: (address, name)."""
    return re.findall(r'href="(/[^"]*/documents/[^"]+)">([^<]+)<', page)


def pages(desk: Desk) -> list[str]:
    """Every page of jurors that names nothing but the jury and the file."""
    known = {"jury_id": desk.panel.jury.id, "application_id": desk.panel.applications[0].id}
    app = desk.juror.application
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {one: known[one] for one in rule.arguments})
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("juror.")
        and "GET" in rule.methods
        and rule.arguments <= known.keys()
    ]


def reach(desk: Desk) -> str:
    """Everything that a juror can reach, at once."""
    texts = [told(desk.juror.get(one)) for one in pages(desk)]
    for address, _name in documents_of(desk.juror.get(desk.sheet).text):
        texts.append(told(desk.juror.get(address)))
    return "".join(texts)
