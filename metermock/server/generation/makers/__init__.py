"""Makers, compiled from schemas: objects, lists, maps, series, and things that stand in two places."""
