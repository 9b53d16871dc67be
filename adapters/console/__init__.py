"""The terminal as a platform: nothing to sign up for, the same messages as everywhere."""
