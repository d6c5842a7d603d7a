"""What a request wants of its reply: the keys, the syntax, and the three places where they are written."""
