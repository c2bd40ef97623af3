"""`make bench`: what the site does in a second, beside a floor written by hand. See __main__."""

import sys
from pathlib import Path

# The builders of the tests, as pytest finds them.
sys.path.insert(0, str(Path(__file__).parents[1]))
