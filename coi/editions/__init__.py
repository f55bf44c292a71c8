"""Editions: checks, accepted values, immutability, differences between editions, citation checks."""
