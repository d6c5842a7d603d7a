"""The console: what a browser sees of the mock. It is imported with its first page."""
