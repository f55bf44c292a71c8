"""What the officer writes: evidence, relocation tests, open questions, age of the COI."""
