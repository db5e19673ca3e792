"""The Compare room: scenarios side by side."""
