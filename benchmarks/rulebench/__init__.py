"""What the benchmark of matching is made of."""
