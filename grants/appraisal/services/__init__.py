"""What officers do with files: the verbs."""
