"""The settings, with the test database in a file: in memory, SQLite's connections share one lock and no log."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, VAR_DIR

DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "races.sqlite3")}
