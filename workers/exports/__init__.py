"""Files that take longer than a request to make."""
