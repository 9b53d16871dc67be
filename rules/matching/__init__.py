"""Matching many stored rules against one text: words, views of a text, the anchor index and the evaluators."""
