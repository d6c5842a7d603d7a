"""`metermock export`: what the mock knows, written to files for use without it."""
