"""What stands before the threads: the event loop that has a whole body in hand before a thread is taken."""
