"""Long work, told as it goes: who asked for it, how far it is, what came out."""
