"""Running Lauréat on one machine: its servers, its processes and their addresses."""
