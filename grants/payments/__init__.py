"""Payments: instalments of an award, claims of its beneficiary, orders signed by two persons."""
