"""Public votes: who voted kept apart from what was voted, counted in the open at the closing."""
