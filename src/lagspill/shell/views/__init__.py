"""Pages of the shell, by who they are for."""
