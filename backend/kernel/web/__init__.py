"""The edge that all rooms share: how a body is read, how a problem is told, what every answer carries."""
