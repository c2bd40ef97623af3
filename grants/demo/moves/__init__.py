"""What people do in the play, each a walk through the pages."""
