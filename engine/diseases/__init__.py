"""Diseases: graphs of states and transitions. One file each."""
