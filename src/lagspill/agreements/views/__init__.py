"""Pages of agreements, by who they are for."""
