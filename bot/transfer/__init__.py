"""A Tocsin as one archive, to keep or to move: what is in it, how a stranger's is read, what it would change."""
