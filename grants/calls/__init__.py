"""Calls: what is funded, by whom, until when, on which form and which criteria."""
