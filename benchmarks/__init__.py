"""Measurements against peers and floors: ratios in one run, never timed tests."""
