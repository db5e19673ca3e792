"""What can be read from the events of a run, once it is over."""
