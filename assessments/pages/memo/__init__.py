"""Pages of the memo: preview, submitting, versions, disclosure."""
