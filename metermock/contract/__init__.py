"""The contracts: OpenAPI documents read and understood."""
