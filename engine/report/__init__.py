"""A report of a run: what was assumed, what came out, and how to get the same again."""
