"""Books that refuse: envelopes, accounts and entries. Knows no application and no page."""
