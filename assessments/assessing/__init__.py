"""The officer's part: evidence, relocation tests, open questions, age of the COI."""
