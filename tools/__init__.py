"""Chores of the project: lexicon, scores, pictures."""
