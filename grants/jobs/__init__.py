"""Long work as rows: who asked, how far it is, what came out."""
