"""The first hour: what `tocsin init` asks, what it makes of the answers, and how that reaches the disk."""
