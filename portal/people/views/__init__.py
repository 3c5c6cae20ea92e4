"""Pages of accounts: signing in and out, registering, the profile, the second factor."""
