"""Mentoring: who helps which applicant between two stages, and the hours that they give."""
