"""The deliberative body at work: members, agenda, who is in the room, proxies and votes."""

PACK = "council.pack"
"""The job that makes the files of an agenda (`workers.exports.council`)."""
MINUTES = "council.minutes"
"""The job that writes the minutes of a session (`workers.exports.proceedings`)."""
