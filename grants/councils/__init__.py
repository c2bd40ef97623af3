"""The deliberative body at work: members, agenda, who is in the room, proxies and votes."""
