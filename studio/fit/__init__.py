"""The Fit room: values that explain what was observed."""
