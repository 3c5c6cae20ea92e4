"""The roof that everybody enters by: home, search, notices, sign-in pages."""
