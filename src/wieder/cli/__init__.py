"""The commands: each one parses, calls and writes, and decides no number."""
