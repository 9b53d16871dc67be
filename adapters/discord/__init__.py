"""Discord: rendering, posting, and the gateway that brings commands and button presses in.

Import from the modules: rendering stays free of discord.py, which costs a third of a second to import.
"""
