"""What people look at: the printed code (SVG, PNG) and the page behind it."""
