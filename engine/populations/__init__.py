"""Populations: who lives where. One file each."""
