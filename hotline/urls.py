"""Addresses of hotline."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "hotline"

urlpatterns: list[URLPattern | URLResolver] = [path("", include("hotline.urls_citizen"))]
