"""Reads a table of people that the user brings: the file, then each column."""
