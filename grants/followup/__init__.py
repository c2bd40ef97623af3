"""After the award: what its beneficiary reports, and what it repays."""
