"""An entry for somebody's own calendar (RFC 5545, 5546): asked, changed, called off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from grants.notices.about import Recipient

PRODUCT = "-//Lauréat//Auditions//FR"


@dataclass(frozen=True)
class Appointment:
    """One entry: `uid` stays for its whole life, `sequence` rises with each mail about it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    url: str
    organiser: str
    organiser_name: str
    is_cancelled: bool
    written_at: datetime

    def to(self, recipient: Recipient) -> str:
        """The entry for one person, as the text of a file; instants are in UTC."""
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("method", "CANCEL" if self.is_cancelled else "REQUEST")
        event = Event()
        event.add("uid", self.uid)
        event.add("sequence", self.sequence)
        event.add("dtstamp", self.written_at)
        event.add("dtstart", self.starts_at)
        event.add("dtend", self.ends_at)
        event.add("summary", self.title)
        event.add("location", self.place)
        event.add("url", self.url)
        event.add("status", "CANCELLED" if self.is_cancelled else "CONFIRMED")
        event.add("organizer", _person(self.organiser, self.organiser_name))
        attendee = _person(recipient.address, recipient.name or recipient.address)
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        event.add("attendee", attendee, encode=False)
        calendar.add_component(event)
        return str(calendar.to_ical(), "utf-8")


def uid_of(convocation_id: UUID, host: str) -> str:
    """What names the entry in every calendar, for ever."""
    return f"audition-{convocation_id}@{host}"


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    person.params["cn"] = vText(name)
    return person
