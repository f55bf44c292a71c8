"""Dashboards, quality, retention and personal data of an office."""
