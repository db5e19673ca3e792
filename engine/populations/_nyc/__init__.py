"""Steps that build the people of New York: one idea per file."""
