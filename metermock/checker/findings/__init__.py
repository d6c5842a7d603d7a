"""What a check has found, counted and worded: all that reports need."""
