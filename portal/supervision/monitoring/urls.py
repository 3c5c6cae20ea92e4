"""Addresses of electronic supervision."""

from django.urls import path

from portal.supervision.monitoring.views import accountability, acts, alerts, lamps, records, samples

app_name = "monitoring"
HERE = "monitoring/"
ACTS, ACCOUNTS, SAMPLES = f"{HERE}orders/", f"{HERE}accountability/", f"{HERE}samples/"

urlpatterns = [
    path(HERE, lamps.lamps, name="lamps"),
    path(f"{HERE}live/", lamps.live, name="live"),
    path(f"{HERE}lamps.xlsx", lamps.workbook, name="workbook"),
    path(f"{HERE}remind/", lamps.remind, name="remind"),
    path(ACTS, acts.act_list, name="acts"),
    path(f"{ACTS}new/", acts.new, name="act-new"),
    path(f"{ACTS}<int:pk>/", acts.act, name="act"),
    path(f"{ACTS}<int:pk>/step/<slug:code>/", acts.step, name="act-step"),
    path(ACCOUNTS, accountability.record_list, name="accountabilities"),
    path(f"{ACCOUNTS}new/", accountability.new, name="accountability-new"),
    path(f"{ACCOUNTS}<int:pk>/", accountability.record, name="accountability"),
    path(f"{ACCOUNTS}<int:pk>/step/<slug:code>/", accountability.step, name="accountability-step"),
    path(SAMPLES, samples.sample_list, name="samples"),
    path(f"{SAMPLES}<int:pk>/", samples.sample, name="sample"),
    path(f"{SAMPLES}<int:pk>/step/<slug:code>/", samples.step, name="sample-step"),
    path(f"{SAMPLES}draws/<int:pk>/", samples.draw, name="draw"),
    path(f"{HERE}units/", records.units, name="units"),
    path(f"{HERE}units/<str:code>/", records.unit, name="unit"),
    path(f"{HERE}people/<int:pk>/", records.person, name="person"),
    path(f"{HERE}alerts/", alerts.alerts, name="alerts"),
    path(f"{HERE}alerts/<int:pk>/cancel/", alerts.cancel, name="alert-cancel"),
]
