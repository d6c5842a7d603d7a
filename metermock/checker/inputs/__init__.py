"""What a contract allows as input, and what it refuses."""
