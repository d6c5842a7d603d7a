"""Checks a document for its author: valid OpenAPI, our style, and examples that keep the rules."""
