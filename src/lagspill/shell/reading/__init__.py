"""Who may read what, asked of the policies with an example of everything, and written down for people."""
