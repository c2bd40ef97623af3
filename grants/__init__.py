"""Lauréat: calls for projects, from the published call to the paid euro."""
