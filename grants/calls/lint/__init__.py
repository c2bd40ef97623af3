"""What is wrong with a call before it is published: what stops it, and what is worth a look.

Pure: reads a loaded call (`queries.written`, or `queries.locked`) and its form.
"""

from grants.calls.lint.checking import blocking, lint
from grants.calls.lint.findings import Finding, Part
from grants.calls.lint.reach import can_hold

__all__ = ["Finding", "Part", "blocking", "can_hold", "lint"]
