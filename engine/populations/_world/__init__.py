"""Countries: their people by age, places, outlines and regions. One idea per file."""
