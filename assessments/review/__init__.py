"""The review page, recalls, and new findings for approved memos."""
