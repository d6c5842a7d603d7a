"""What a request wants of its reply: the keys, the syntax, and the four places where they are written."""
