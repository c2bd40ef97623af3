"""The demonstration: a year of calls played for real, through the running servers."""
