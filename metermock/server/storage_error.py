"""The error of rate limits that cannot be counted; apart from them, since they import a great deal."""


class StorageDownError(Exception):
    """The storage of the counts cannot be reached, so nobody knows who is over a limit."""
