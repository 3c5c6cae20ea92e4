"""Addresses of hall.queue."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from hall.queue.views import api, desk, figures, follow, kiosk, manager, screens

app_name = "queue"

urlpatterns: list[URLPattern | URLResolver] = [
    # windows and reception
    path("desk/queue/", desk.panel, name="desk"),
    path("desk/queue/waiting/", desk.waiting, name="waiting"),
    path("desk/queue/open/", desk.open_window, name="window-open"),
    path("desk/queue/<int:session_id>/leave/", desk.leave_window, name="window-leave"),
    path("desk/queue/<int:session_id>/pause/", desk.pause_window, name="window-pause"),
    path("desk/queue/<int:session_id>/resume/", desk.resume_window, name="window-resume"),
    path("desk/queue/<int:session_id>/next/", desk.call_next, name="call-next"),
    path("desk/queue/<int:session_id>/call/<int:ticket_id>/", desk.call_one, name="call-one"),
    path("desk/queue/tickets/<int:ticket_id>/<slug:code>/", desk.step, name="step"),
    path("desk/queue/reception/", desk.reception, name="reception"),
    path("desk/queue/reception/<int:queue_id>/", desk.give_number, name="give"),
    # hall managers
    path("hall/queue/", manager.overview, name="overview"),
    path("hall/queue/figures/", figures.page, name="figures"),
    path("hall/queue/tickets/", manager.tickets, name="tickets"),
    path("hall/queue/tickets/<int:ticket_id>/", manager.ticket, name="ticket"),
    path("hall/queue/tickets/<int:ticket_id>/print/", manager.reprint, name="reprint"),
    path("hall/queue/tickets/<int:ticket_id>/<slug:code>/", manager.ticket_step, name="ticket-step"),
    path("hall/queue/halls/new/", manager.hall_new, name="hall-new"),
    path("hall/queue/halls/<int:hall_id>/end-day/", manager.end_day, name="end-day"),
    path("hall/queue/queues/new/", manager.queue_new, name="queue-new"),
    path("hall/queue/queues/<int:queue_id>/", manager.queue_page, name="queue"),
    path("hall/queue/queues/<int:queue_id>/edit/", manager.queue_edit, name="queue-edit"),
    path("hall/queue/queues/<int:queue_id>/close/", manager.queue_close, name="queue-close"),
    path("hall/queue/queues/<int:queue_id>/open/", manager.queue_open, name="queue-open"),
    path("hall/queue/services/<int:service_id>/retire/", manager.service_retire, name="service-retire"),
    path("hall/queue/devices/", manager.devices, name="devices"),
    path("hall/queue/devices/new/", manager.device_new, name="device-new"),
    path("hall/queue/devices/<int:device_id>/revoke/", manager.device_revoke, name="device-revoke"),
    # the public
    path("queue/", follow.halls, name="halls"),
    path("queue/<int:queue_id>/", follow.take, name="take"),
    path("t/<str:public_id>/", follow.follow, name="follow"),
    path("t/<str:public_id>/state/", follow.state, name="follow-state"),
    path("t/<str:public_id>/slip/", follow.printed, name="printed"),
    path("t/<str:public_id>/<slug:code>/", follow.follow_step, name="follow-step"),
    # devices
    path("kiosk/<str:token>/", kiosk.start, name="kiosk"),
    path("kiosk/<str:token>/<int:queue_id>/", kiosk.choose, name="kiosk-choose"),
    path("kiosk/<str:token>/ticket/<str:public_id>/", kiosk.ticket, name="kiosk-ticket"),
    path("screen/<str:token>/", screens.screen, name="screen"),
    path("screen/<str:token>/feed/", screens.screen_feed, name="screen-feed"),
    # machines of other makers
    path("api/v1/hall/queues/", api.queues, name="api-queues"),
    path("api/v1/hall/tickets/", api.tickets, name="api-tickets"),
    path("api/v1/hall/tickets/<str:public_id>/", api.ticket, name="api-ticket"),
    path("api/v1/hall/tickets/<str:public_id>/steps/", api.steps, name="api-steps"),
    path("api/v1/hall/calls/", api.calls, name="api-calls"),
    path("api/v1/hall/feed/", api.hall_feed, name="api-feed"),
]
