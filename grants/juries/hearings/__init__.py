"""Hearings: slots under constraints, convocations with their calendar, questions before."""
