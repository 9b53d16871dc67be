"""The edges: one vendor each. They translate between a vendor's words and ours and decide nothing."""
