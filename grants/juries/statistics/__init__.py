"""What scores say beyond their mean: pure arithmetic, no database, no page.

Import the module you need: `sheet`, `ballots` and `budget` are plain Python; all others load
NumPy and some SciPy, tens of megabytes that a process serving pages can do without.
"""
