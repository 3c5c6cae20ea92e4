"""The portal's addresses, and the hand-written view that a row compares with."""

from django.urls import include, path

from tests.bench.rows.api_list import by_hand

urlpatterns = [path("bench/cases", by_hand), path("", include("portal.urls"))]
