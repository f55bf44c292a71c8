"""Django's SQLite backend, with a gate at which those who write wait their turn."""
