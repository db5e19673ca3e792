"""Reads a map of regions that the user brings, and fills it with points."""
