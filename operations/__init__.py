"""Running Footnote: backups, health, figures for monitoring, checks at the start, logs. It knows every app below it."""
