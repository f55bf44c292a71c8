"""Words that one COI admin proposes and another one approves."""
