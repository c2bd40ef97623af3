"""Appeals to the authority itself (recours gracieux): filed, answered, or met with silence."""
