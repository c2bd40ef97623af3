"""Who reads what, computed: pure arithmetic, no database, no page.

Import the module you need: `problem`, `affinity` and `explaining` are plain Python; `solving`
loads NumPy and OR-tools, tens of megabytes that a process serving pages can do without.
"""
