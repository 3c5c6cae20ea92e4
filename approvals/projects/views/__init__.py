"""The pages of joint review."""
