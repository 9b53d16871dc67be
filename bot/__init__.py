"""The application: state, time and order around the pure rules. Wiring lives in app, cli and __main__."""
