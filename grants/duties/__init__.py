"""What falls due, for whom, and where each date comes from."""
