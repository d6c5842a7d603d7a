"""The ledger: synthetic usage that every reply is counted from."""
