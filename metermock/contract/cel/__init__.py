"""The language of the rules: CEL expressions, their functions, and how they are evaluated."""
