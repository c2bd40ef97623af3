"""Vocabulary shared by every domain: money, access, lifecycles, errors, time."""
