"""Realistic usage APIs from their OpenAPI contracts, and proof that a deployment keeps them."""

__version__ = "0.1.0"
