"""The library's answer on a case, as values, sentences, JSON and text."""
