"""Who is funded, computed: pure arithmetic, no database, no page.

Import the module you need: `problem` and `explaining` are plain Python; `solve` and `engine` load
OR-tools, tens of megabytes that a process serving pages can do without.
"""
