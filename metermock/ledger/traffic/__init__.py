"""How an account's calls fall in time, and what each of them is."""
