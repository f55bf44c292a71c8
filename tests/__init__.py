"""The tests: a folder for each part of the application, and end_to_end/ for tests in a real browser."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
