"""Decisions: proposals, sessions of the deciding body, deliberations, awards and refusals."""
