"""Bank details: read as typed, and unreadable anywhere but where they belong."""

from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from grants.kernel.bank import Vault, printed
from grants.kernel.errors import Refused
from grants.payments.bank import read_account

IBAN = "FR7630006000011234567890189"


@pytest.mark.parametrize(
    "typed",
    [
        IBAN,
        "FR76 3000 6000 0112 3456 7890 189",
        " fr76 3000 6000 0112 3456 7890 189 ",
        "FR76-3000-6000-0112-3456-7890-189",
        "FR76.3000.6000.0112.3456.7890.189",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "IBAN: FR76\u00a03000\u202f6000 0112 3456 7890 189",
    ],
)
def test_an_account_is_read_as_people_type_it(typed):
    account = read_account(typed)
    assert (account.iban, account.bic, account.last4) == (IBAN, "AGRIFRPPXXX", "0189")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "claim.iban_missing"),
        ("  - ", "claim.iban_missing"),
        ("FR7630006000011234567890188", "claim.iban_invalid"),
        ("FR76300060000112345678901", "claim.iban_invalid"),
        ("ZZ7630006000011234567890189", "claim.iban_invalid"),
        ("FR76 3000 6000 0112 3456 7890 190", "claim.iban_invalid"),
        ("bonjour", "claim.iban_invalid"),
    ],
)
def test_a_wrong_account_is_refused_without_being_repeated(typed, code):
    with pytest.raises(Refused) as refused:
        read_account(typed)
    assert (refused.value.code, refused.value.field) == (code, "iban")
    assert not refused.value.facts


def test_an_account_does_not_print_itself():
    assert repr(read_account(IBAN)) == "BankAccount(…0189)"
    assert IBAN not in repr(Vault(b"k" * 32))


def test_what_is_locked_opens_with_the_same_key_and_row_only():
    vault, row = Vault(b"k" * 32), uuid4()
    cipher = vault.lock(IBAN, row=row)
    assert IBAN.encode() not in cipher
    assert vault.lock(IBAN, row=row) != cipher
    assert vault.unlock(cipher, row=row) == IBAN
    for other, place in ((vault, uuid4()), (Vault(b"z" * 32), row)):
        with pytest.raises(InvalidTag):
            other.unlock(cipher, row=place)
    with pytest.raises(InvalidTag):
        vault.unlock(cipher[:-1] + bytes([cipher[-1] ^ 1]), row=row)


def test_the_index_finds_equal_accounts_and_differs_by_key():
    vault = Vault(b"k" * 32)
    assert vault.index(IBAN) == vault.index(IBAN) != vault.index("FR1420041010050500013M02606")
    assert vault.index(IBAN) != Vault(b"z" * 32).index(IBAN)


def test_an_account_is_printed_in_groups_of_four():
    assert printed(IBAN) == "FR76 3000 6000 0112 3456 7890 189"
