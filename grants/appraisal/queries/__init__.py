"""What officers keep and sort, read back."""
