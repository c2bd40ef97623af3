"""Stored documents: addressed by what they contain, checked before they are kept."""
