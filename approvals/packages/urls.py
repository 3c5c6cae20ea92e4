"""Addresses of packages. Codes of packages come last: `outline.RESERVED` keeps them from taking the words before."""

from django.urls import path

from approvals.packages.views import admin, desk, drafting, filed, given, later, public, signing, window

app_name = "packages"
DRAFT = "packages/drafts/<int:pk>/"

urlpatterns = [
    path("packages/", public.package_list, name="list"),
    path("packages/track/", public.track, name="track"),
    path("packages/mine/", filed.mine, name="mine"),
    path("packages/filed/<str:number>/", filed.filing, name="filing"),
    path("packages/filed/<str:number>/withdraw/", filed.withdraw, name="withdraw"),
    path(DRAFT, drafting.tasks, name="draft"),
    path(f"{DRAFT}guide/", drafting.guide, name="draft-guide"),
    path(f"{DRAFT}parts/<int:part>/leave-out/", drafting.leave_out, name="draft-leave-out"),
    path(f"{DRAFT}parts/<int:part>/commitment/", signing.sign, name="draft-sign"),
    path(f"{DRAFT}parts/<int:part>/commitment/back/", signing.unsign, name="draft-unsign"),
    path(f"{DRAFT}parts/<int:part>/commitment/on-paper/", signing.certify, name="draft-certify"),
    path(f"{DRAFT}parts/<int:part>/commitment/form/", signing.form_to_print, name="draft-commitment-form"),
    path(f"{DRAFT}renew/", drafting.renew, name="draft-renew"),
    path(f"{DRAFT}form/<slug:code>/", drafting.page, name="draft-page"),
    path(f"{DRAFT}materials/", drafting.papers, name="draft-papers"),
    path(f"{DRAFT}materials/<slug:key>/certificates/<int:certificate>/", given.give, name="draft-certificate"),
    path(f"{DRAFT}materials/<slug:key>/later/", later.promise, name="draft-later"),
    path(f"{DRAFT}materials/<slug:key>/at-once/", later.bring_at_once, name="draft-at-once"),
    path(f"{DRAFT}check/", drafting.check, name="draft-check"),
    path(f"{DRAFT}discard/", drafting.discard, name="draft-discard"),
    path("desk/intake/<int:pk>/packages/<slug:code>/", window.begin, name="window"),
    path("desk/intake/<int:pk>/package-done/", window.done, name="window-done"),
    path("packages/desk/", desk.filing_list, name="desk"),
    path("packages/desk/<str:number>/", desk.filing, name="desk-filing"),
    path("packages/admin/", admin.package_list, name="admin"),
    path("packages/admin/new/", admin.package_new, name="admin-new"),
    path("packages/admin/<int:pk>/", admin.package, name="admin-package"),
    path("packages/admin/<int:pk>/<slug:step>/", admin.act, name="admin-act"),
    path("packages/<slug:code>/", public.package, name="package"),
    path("packages/<slug:code>/guide/", public.guide, name="guide"),
]
