"""Addresses of the notes' list and of the administrators' page of jobs and messages; included by core/urls.py."""

from django.urls import path

from portal.core.views import jobs, notifications

urlpatterns = [
    path("notifications/", notifications.notification_list, name="notifications"),
    path("notifications/read-all/", notifications.read_all, name="notifications-read-all"),
    path("notifications/<int:notification_id>/read/", notifications.read, name="notification-read"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<int:job_id>/retry/", jobs.retry, name="job-retry"),
    path("jobs/<int:job_id>/close/", jobs.close, name="job-close"),
    path("messages/<int:message_id>/resend/", jobs.resend, name="message-resend"),
    path("messages/<int:message_id>/close/", jobs.close_message, name="message-close"),
]
