"""What COI says of one material fact: pure values in, pure values out, nothing but the standard library."""
