"""The mock's own pages: start page, accounts, documents, Swagger UI and sign-in."""
