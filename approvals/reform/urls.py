"""Addresses of approvals.reform."""

from django.urls import URLPattern, URLResolver

app_name = "reform"

urlpatterns: list[URLPattern | URLResolver] = []
