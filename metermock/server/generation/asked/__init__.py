"""What one request and its operation say: spans, pages, members of objects in a query, which response."""
