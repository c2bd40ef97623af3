"""Being told of calls that open: asked by mail, confirmed by mail, stopped in one click."""
