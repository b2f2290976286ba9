"""What goes in and out of the hazards' part of the API; field names are fixed by api.md §5."""
