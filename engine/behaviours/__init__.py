"""Behaviours: how people react. One file each."""
