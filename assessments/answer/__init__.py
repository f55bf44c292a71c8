"""What the library says of a case, in values, sentences, JSON and text."""
