"""Agreements (conventions) on awards: text, versions, amendments, signatures."""
