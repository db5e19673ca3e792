"""Controls: what a person may change."""
