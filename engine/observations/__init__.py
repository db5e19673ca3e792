"""Observations: what is counted, or compared with data. One file each."""
