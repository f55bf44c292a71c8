"""Editions as files: fixture, spreadsheet, JSON, and loading them."""
