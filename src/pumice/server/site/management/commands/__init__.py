"""The modules whose names are the commands."""
