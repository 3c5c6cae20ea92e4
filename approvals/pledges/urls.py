"""Addresses of the room."""

from django.urls import path

from approvals.pledges.views import citizen, credit, desk, texts, window

app_name = "pledges"
urlpatterns = [
    path("draft/<int:case_pk>/later/<int:material_pk>/", citizen.promise, name="promise"),
    path("draft/<int:case_pk>/later/<int:material_pk>/back/", citizen.promise_back, name="promise-back"),
    path("draft/<int:case_pk>/commitment/", citizen.sign, name="sign"),
    path("draft/<int:case_pk>/commitment/back/", citizen.sign_back, name="sign-back"),
    path("my/promises/", citizen.mine, name="mine"),
    path("my/promises/<int:pk>/", citizen.bring, name="bring"),
    path("my/credit/", credit.records, name="records"),
    path("my/credit/<int:pk>/", credit.record, name="record"),
    path("desk/<str:number>/to-follow/", desk.tolerate, name="tolerate"),
    path("desk-promises/", desk.due, name="due"),
    path("desk-promises/<int:pk>/", desk.material, name="material"),
    path("desk-promises/<int:pk>/<slug:act>/", desk.material_act, name="material-act"),
    path("desk-commitments/", desk.checks, name="checks"),
    path("desk-commitments/<int:pk>/", desk.check, name="check"),
    path("desk-commitments/<int:pk>/<slug:act>/", desk.check_act, name="check-act"),
    path("desk/intake/commitment/<int:case_pk>/", window.certify, name="certify"),
    path("desk/intake/commitment/<int:case_pk>/print/", window.form, name="form"),
    path("credit-records/", credit.register, name="credit"),
    path("credit-records/<int:pk>/", credit.credit_record, name="credit-record"),
    path("credit-records/requests/<int:pk>/", credit.answer, name="credit-answer"),
    path("commitment-texts/", texts.listing, name="texts"),
    path("commitment-texts/<str:code>/", texts.item, name="text"),
    path("commitment-texts/<str:code>/terms/", texts.terms_of_item, name="terms"),
    path("commitment-texts/<int:pk>/publish/", texts.publish, name="text-publish"),
    path("commitment-texts/<int:pk>/retire/", texts.retire, name="text-retire"),
]
