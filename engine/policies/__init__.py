"""Policies: what an authority does. One file each."""
