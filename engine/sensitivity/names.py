"""What may be counted. By itself, so that the command line loads nothing heavy to list it."""

OUTCOMES = ("infections", "admissions", "intensive_care", "deaths")
