"""What authors of documents want to know: validity, our style, and whether the examples keep the rules."""
