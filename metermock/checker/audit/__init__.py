"""How much a contract notices: one thing at a time is changed in good replies, which are then judged."""
