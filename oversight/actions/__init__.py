"""What oversight keeps up; the only writers of its rows."""
