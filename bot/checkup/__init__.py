"""What `tocsin doctor` looks at on this machine, and the form of what it finds; platforms are asked by ``bot.cli``."""
