"""The memo: its content, snapshot, differences, disclosure, verification and PDF."""
