"""Matching of material facts with COI findings. Frozen values go in and come out; only the standard library is used."""
