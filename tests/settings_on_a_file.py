"""The settings with the test database in a file: in memory, SQLite connections share one lock and have no log."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, VAR_DIR

DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "races.sqlite3")}
