"""Attributes: what else is known of people, as a user declares it. One file each."""
