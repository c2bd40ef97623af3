"""Answers to calls: drafts, submission, admissibility, complements."""
