"""Addresses of the roof: home, help, the switches, health, the style guide."""

from django.urls import path

from portal.site.views import health, home, styleguide

app_name = "site"

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.landing, name="landing"),
    path("elder/", home.elder, name="elder"),
    path("help/", home.page, {"name": "help"}, name="help"),
    path("accessibility/", home.page, {"name": "accessibility"}, name="accessibility"),
    path("centre/", home.page, {"name": "centre"}, name="centre"),
    path("health", health.health, name="health"),
    path("styleguide/", styleguide.citizen, name="styleguide"),
    path("styleguide/staff/", styleguide.staff, name="styleguide-staff"),
]
