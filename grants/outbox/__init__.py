"""What happened and must be told: written with the fact, sent on by the relay, kept as history."""
