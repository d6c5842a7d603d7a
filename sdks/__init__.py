"""Clients of the five documents: generated, checked, and run against the mock."""
