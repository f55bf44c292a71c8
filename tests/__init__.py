"""The tests: a folder for each room of the application, and end_to_end/ in a real browser."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
