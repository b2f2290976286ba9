"""What the enterprise room takes and answers."""
