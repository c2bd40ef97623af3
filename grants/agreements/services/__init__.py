"""Verbs: draft, rewrite, amend, send, sign, bring into force, end; keep documents, usual texts."""

from grants.agreements.services.drafting import (
    amend,
    bring_into_force,
    draft,
    end,
    rewrite,
    send,
)
from grants.agreements.services.keeping import keep_document, keep_proof, keep_usual
from grants.agreements.services.signing import ask_code, may_sign, prove, sign, sign_on_paper

__all__ = [
    "amend",
    "ask_code",
    "bring_into_force",
    "draft",
    "end",
    "keep_document",
    "keep_proof",
    "keep_usual",
    "may_sign",
    "prove",
    "rewrite",
    "send",
    "sign",
    "sign_on_paper",
]
