"""Slack: rendering, posting through the Web API, and the Socket Mode connection that brings commands and buttons in.

Import from the modules: rendering stays free of the vendor's packages.
"""
