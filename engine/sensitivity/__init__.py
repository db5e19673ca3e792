"""Sensitivity: how much an outcome changes with the numbers of a model, and how sure that is."""
