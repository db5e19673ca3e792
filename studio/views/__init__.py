"""Views: the panels of the page, one file each."""
