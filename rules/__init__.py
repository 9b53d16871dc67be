"""The pure core of Tocsin: values in, values out.

Nothing under ``rules`` opens a file or a socket, reads a clock, draws a random number or awaits.
That is what lets backtests, rule tests, ``tocsin why`` and production run the very same functions.
"""
