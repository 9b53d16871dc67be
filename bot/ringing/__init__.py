"""From matches to deliveries: which channels hear of an alert, when, and why one does not."""
