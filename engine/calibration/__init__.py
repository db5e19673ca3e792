"""Fitting quantities to data: priors, and methods that look for values which explain the data."""
