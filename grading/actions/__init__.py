"""What grading does; the only writers of its rows."""
