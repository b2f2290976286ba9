"""A queue's acts: handed in, kept, judged again, handled."""
