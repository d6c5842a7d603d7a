"""Single values, and what they depend on: texts, numbers and instants by pattern, format, bounds and name."""
