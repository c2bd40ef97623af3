"""Documents of organisations, deposited once and reused in every call."""
