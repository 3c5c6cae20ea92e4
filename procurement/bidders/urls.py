"""Addresses of procurement.bidders."""

from django.urls import path

from procurement.bidders.views import authority, desk, issuers, licence, own

app_name = "bidders"

urlpatterns = [
    path("my/bidding/", own.mine, name="mine"),
    path("my/bidding/<int:organisation_id>/", own.profile, name="profile"),
    path("my/bidding/<int:organisation_id>/edit/", own.edit, name="edit"),
    path("my/bidding/<int:organisation_id>/people/", own.person_new, name="person-new"),
    path("my/bidding/<int:organisation_id>/people/<int:person_id>/end/", own.person_end, name="person-end"),
    path("my/bidding/<int:organisation_id>/licence/", licence.licence_new, name="licence-new"),
    path("my/bidding/<int:organisation_id>/certificates/", own.certificate_new, name="certificate-new"),
    path(
        "my/bidding/<int:organisation_id>/certificates/<int:certificate_id>/",
        own.certificate_prove,
        name="certificate-prove",
    ),
    path(
        "my/bidding/<int:organisation_id>/certificates/<int:certificate_id>/end/",
        own.certificate_end,
        name="certificate-end",
    ),
    path("my/bidding/<int:organisation_id>/authority/", authority.authority, name="authority"),
    path("my/bidding/<int:organisation_id>/authority/issue/", authority.issue, name="authority-issue"),
    path(
        "my/bidding/<int:organisation_id>/authority/<int:certificate_id>/revoke/",
        authority.revoke,
        name="authority-revoke",
    ),
    path("trading/bidders/", desk.bidders, name="bidders"),
    path("trading/bidders/<int:bidder_id>/", desk.bidder, name="bidder"),
    path("trading/issuers/", issuers.issuers_list, name="issuers"),
    path("trading/issuers/new/", issuers.issuer_new, name="issuer-new"),
    path("trading/issuers/<int:issuer_id>/", issuers.issuer, name="issuer"),
    path("trading/restrictions/", desk.restrictions, name="restrictions"),
    path("trading/restrictions/new/", desk.restriction_new, name="restriction-new"),
    path("trading/restrictions/<int:restriction_id>/", desk.restriction, name="restriction"),
]
