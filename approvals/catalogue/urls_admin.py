"""Addresses of the administrator's side of the catalogue."""

from django.urls import path

from approvals.catalogue.views import admin, admin_bulk, admin_form, admin_guided, admin_version

HERE = "admin/catalogue/"
VERSION = f"{HERE}versions/<int:version_id>/"
FORM = f"{VERSION}form/"
admin_patterns = [
    path(HERE, admin.item_list, name="admin-list"),
    path(f"{HERE}new/", admin.item_new, name="admin-new"),
    path(f"{HERE}<int:item_id>/", admin.item_page, name="admin-item"),
    path(f"{HERE}<int:item_id>/facts/", admin.item_facts, name="admin-facts"),
    path(f"{HERE}<int:item_id>/standing/", admin.standing, name="admin-standing"),
    path(f"{HERE}<int:item_id>/steps/<slug:step>/", admin.take_step, name="admin-step"),
    path(VERSION, admin_version.contents, name="admin-version"),
    path(f"{VERSION}materials/", admin_version.materials, name="admin-materials"),
    path(f"{VERSION}materials/new/", admin_version.material, name="admin-material-new"),
    path(f"{VERSION}materials/<int:material_id>/", admin_version.material, name="admin-material"),
    path(f"{VERSION}materials/<int:material_id>/<slug:change>/", admin_version.change, name="admin-material-change"),
    path(FORM, admin_form.overview, name="admin-form"),
    path(f"{FORM}json/", admin_form.as_json, name="admin-form-json"),
    path(f"{FORM}schema.json", admin_form.schema, name="admin-form-schema"),
    path(f"{FORM}change/", admin_form.change, name="admin-form-change"),
    path(f"{FORM}pages/new/", admin_form.section, name="admin-form-section-new"),
    path(f"{FORM}pages/<slug:section>/", admin_form.section, name="admin-form-section"),
    path(f"{FORM}pages/<slug:section>/preview/", admin_form.preview, name="admin-form-preview"),
    path(f"{FORM}pages/<slug:section>/new/", admin_form.field, name="admin-form-field-new"),
    path(f"{FORM}pages/<slug:section>/<slug:code>/", admin_form.field, name="admin-form-field"),
    path(f"{HERE}drafts/", admin_bulk.table, name="admin-bulk"),
    path(f"{HERE}drafts/drafts.xlsx", admin_bulk.export, name="admin-bulk-export"),
    path(f"{HERE}drafts/upload/", admin_bulk.upload, name="admin-bulk-upload"),
    path(f"{HERE}guided/", admin_guided.listing, name="admin-guided"),
    path(f"{HERE}guided/new/", admin_guided.edit, name="admin-guided-new"),
    path(f"{HERE}guided/<int:path_id>/", admin_guided.edit, name="admin-guided-edit"),
    path(f"{HERE}guided/<int:path_id>/remove/", admin_guided.remove, name="admin-guided-remove"),
]
