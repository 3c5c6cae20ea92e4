"""Addresses of accounts."""

from django.urls import path

from portal.people.views import accounts, profile, second_factor

app_name = "people"

urlpatterns = [
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("sign-out/", accounts.sign_out, name="sign-out"),
    path("register/", accounts.register, name="register"),
    path("password/", accounts.password, name="password"),
    path("profile/", profile.profile, name="profile"),
    path("profile/show/", profile.reveal, name="profile-reveal"),
    path("profile/edit/", profile.edit, name="profile-edit"),
    path("second-factor/", second_factor.verify, name="second-factor"),
    path("second-factor/set-up/", second_factor.set_up, name="second-factor-set-up"),
]
