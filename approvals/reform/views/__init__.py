"""The pages of the reform: figures and ledger, requests, delegations, and the public page."""
