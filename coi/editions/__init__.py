"""What an edition is made of: checks, immutability, redline, citation checks."""
