"""Several processes on one database: who is there, who holds what only one may, and jobs for the others."""
