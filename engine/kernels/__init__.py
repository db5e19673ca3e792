"""The hot loops: `fast` (Numba, CPU) and `reference` (torch, any device), equal byte for byte."""
