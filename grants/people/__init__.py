"""Persons, the organisations that apply, the authorities that fund, and who may act for them."""
