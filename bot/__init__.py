"""The application: state, time and order around the pure rules. Wiring lives in app, cli and __main__."""

__version__ = "0.1.0"
