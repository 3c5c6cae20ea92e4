"""Addresses of hotline.province."""

from django.urls import URLPattern, URLResolver

app_name = "province"

urlpatterns: list[URLPattern | URLResolver] = []
