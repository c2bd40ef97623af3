"""The legal watch: dated rules with their source, counted before a decision is put to the vote."""
