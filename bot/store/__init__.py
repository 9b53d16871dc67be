"""The only place that speaks SQL. Functions take a connection inside a transaction and return domain values."""
