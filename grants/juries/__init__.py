"""Juries: who reads, who may not, what each thinks, and the order that comes out of it."""
