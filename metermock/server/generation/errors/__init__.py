"""What an error of a document says, and what it need not."""
