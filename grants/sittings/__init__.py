"""Meetings of a jury: who is there, one application at a time, motions, votes, minutes."""
