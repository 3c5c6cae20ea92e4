"""Addresses of hotline."""

from django.urls import URLPattern, URLResolver, include, path

from hotline.views import callback, desk, figures, lists, settings, steps

app_name = "hotline"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hotline/", desk.tickets, name="tickets"),
    path("hotline/tickets/<int:pk>/", desk.ticket, name="ticket"),
    path("hotline/tickets/<int:pk>/caller/", desk.reveal, name="reveal"),
    path("hotline/tickets/<int:pk>/step/<slug:code>/", steps.step, name="step"),
    path("hotline/tickets/<int:pk>/reply/", steps.reply, name="reply"),
    path("hotline/tickets/<int:pk>/ask/<slug:kind>/", steps.ask, name="ask"),
    path("hotline/tickets/<int:pk>/order/", steps.order, name="order"),
    path("hotline/tickets/<int:pk>/assist/", steps.assist, name="assist"),
    path("hotline/tickets/<int:pk>/opinion/", steps.opinion, name="opinion"),
    path("hotline/tickets/<int:pk>/add/", steps.add, name="add"),
    path("hotline/tickets/<int:pk>/urge/", steps.urge, name="urge"),
    path("hotline/tickets/<int:pk>/group/", steps.group, name="group"),
    path("hotline/tickets/<int:pk>/link/", steps.send_link, name="send-link"),
    path("hotline/tickets/<int:pk>/call-back/", lists.call_back, name="call-back"),
    path("hotline/numbers/<str:number>/", desk.by_number, name="by-number"),
    path("hotline/decisions/", lists.decisions, name="decisions"),
    path("hotline/requests/<int:pk>/", steps.decide, name="decide"),
    path("hotline/orders/", lists.orders, name="orders"),
    path("hotline/orders/<int:pk>/", lists.order_answer, name="order-answer"),
    path("hotline/call-backs/", lists.call_backs, name="call-backs"),
    path("hotline/figures/", figures.figures, name="figures"),
    path("hotline/settings/", settings.settings, name="settings"),
    path("hotline/settings/limits/", settings.limits, name="limits"),
    path("hotline/settings/categories/new/", settings.category, name="category-new"),
    path("hotline/settings/categories/<int:pk>/", settings.category, name="category"),
    path("hotline/answer/<str:token>/", callback.answer, name="answer-link"),
    path("", include("hotline.urls_citizen")),
]
