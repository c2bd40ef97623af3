"""Awards that are taken back: by the authority, after hearing the beneficiary, or given up."""
