"""What a phone sends and is told."""
