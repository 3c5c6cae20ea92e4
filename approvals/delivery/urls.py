"""Addresses of approvals.delivery."""

from django.urls import path

from approvals.delivery.views import citizen, demo, desk

app_name = "delivery"

urlpatterns = [
    path("cases/<str:number>/delivery/", citizen.choose, name="choose"),
    path("cases/<str:number>/result/", citizen.result, name="result"),
    path("deliveries/", desk.delivery_list, name="desk"),
    path("deliveries/pick-up/", desk.pick_up, name="pick-up"),
    path("deliveries/posting-list/", desk.posting_list, name="posting-list"),
    path("deliveries/<int:pk>/", desk.delivery, name="delivery"),
    path("deliveries/<int:pk>/<slug:act>/", desk.act, name="act"),
    path("post/demo/<str:number>/", demo.parcel, name="demo"),
]
