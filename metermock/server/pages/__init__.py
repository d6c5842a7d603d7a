"""The pages and documents that the mock serves beside the contracts' operations."""
