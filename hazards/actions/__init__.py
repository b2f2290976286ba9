"""The acts of the loop, one verb a file: the only writers of hazards."""
