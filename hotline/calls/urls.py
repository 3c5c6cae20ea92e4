"""Addresses of hotline.calls."""

from django.urls import path

from hotline.calls.views import demo, desk, helpers, lists, webhook

app_name = "calls"

urlpatterns = [
    path("hotline/desk/", desk.page, name="desk"),
    path("hotline/desk/keys/", desk.keys, name="keys"),
    path("hotline/desk/poll/", helpers.poll, name="poll"),
    path("hotline/desk/help/", helpers.helper, name="helper"),
    path("hotline/desk/knowledge/", helpers.knowledge, name="knowledge"),
    path("hotline/desk/history/", helpers.history, name="history"),
    path("hotline/desk/draft/", helpers.save_draft, name="draft"),
    path("hotline/desk/draft/discard/", helpers.discard_draft, name="discard"),
    path("hotline/desk/calls/<int:call_id>/", desk.opened, name="opened"),
    path("hotline/calls/log/", lists.calls, name="calls"),
    path("hotline/calls/extensions/", lists.extensions, name="extensions"),
    path("hotline/demo-telephone/", demo.page, name="demo"),
    path("hotline/telephone/<slug:provider>/", webhook.report, name="report"),
]
