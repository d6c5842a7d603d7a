"""The processes that serve, until a signal stops them or files are read again."""
