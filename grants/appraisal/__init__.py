"""What officers do with the files they received: sort, follow, check, converse, ask around."""
