"""Notices: mails and letters, composed from what happened."""
