"""The ledger: what becomes of each field of each endpoint, for programs, pages and people."""
