"""The streets of a made-up town."""
