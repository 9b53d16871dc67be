"""The pages, one module for each: a view takes an Ask and returns a View."""
