"""Who may read what, proved: the whole site crawled as everybody, and the tables asked past the program."""
