"""Editing a project: drafts with undo, what is wrong with them, and how they are kept."""
