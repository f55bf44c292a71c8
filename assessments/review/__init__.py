"""The reviewer's sheet, recalls and new findings on approved memos."""
