"""People by the billion: computed from their number, kept nowhere but for their state."""
