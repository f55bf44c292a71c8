"""Screens on which a COI admin writes in a draft edition."""
