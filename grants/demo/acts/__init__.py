"""The acts of the play, in the order of their years."""
