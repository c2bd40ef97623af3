"""Builders: valid by default, no surprise. One module per domain."""
