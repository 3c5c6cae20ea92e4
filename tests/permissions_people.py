"""What each role gets at the addresses of accounts."""

from tests.permissions import ANONYMOUS, STAFF, everyone, nothing, signed_in

SIGN_IN = {"username": "nobody", "password": "wrong-password"}

ROWS = [
    ("people:sign-in", nothing, {**everyone(302), ANONYMOUS: 200}),
    ("people:sign-in", nothing, {**everyone(302), ANONYMOUS: 422}, "post", SIGN_IN),
    ("people:sign-out", nothing, everyone(405)),
    ("people:sign-out", nothing, everyone(302), "post"),
    ("people:register", nothing, {**everyone(302), ANONYMOUS: 200}),
    ("people:register", nothing, {**everyone(302), ANONYMOUS: 422}, "post"),
    ("people:password", nothing, signed_in()),
    ("people:password", nothing, signed_in(422), "post", {"old_password": "x"}),
    ("people:profile", nothing, signed_in()),
    ("people:profile-reveal", nothing, signed_in(405)),
    ("people:profile-reveal", nothing, signed_in(), "post", {"field": "phone"}),
    ("people:profile-reveal", nothing, signed_in(404), "post", {"field": "password"}),
    ("people:profile-edit", nothing, signed_in()),
    # The staff of the table have shown their second factor already, so the code page sends them on.
    ("people:second-factor", nothing, {**signed_in(), **dict.fromkeys(STAFF, 302)}),
    ("people:second-factor-set-up", nothing, signed_in()),
]
