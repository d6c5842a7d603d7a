"""Replies made from the document alone: valid by their schemas, plausible by names and formats."""
