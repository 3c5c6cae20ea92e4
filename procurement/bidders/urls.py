"""Addresses of procurement.bidders."""

from django.urls import URLPattern, URLResolver

app_name = "bidders"

urlpatterns: list[URLPattern | URLResolver] = []
