"""Pages of a citizen that show several capabilities: the start page."""
