"""The rows of a list: which of them a request chooses, and in which order."""
