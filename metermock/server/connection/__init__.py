"""One connection of a client: what it sends, how it is answered, and how it ends."""
