"""`manage.py demo_day`: people come, are called and served in the demo hall, quickly, so that screens can be watched."""

import datetime as dt
import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.queue import actions
from hall.queue.actions.sessions import session_of
from hall.queue.models import Ticket
from hall.queue.services import TicketDraft, current_ticket
from portal.core.errors import DomainError
from portal.core.time import now, today
from portal.site.demo.chapters.queue import KIOSK, Post, posts_of
from portal.site.demo.hall_day import Day, Visit, planned


class Command(BaseCommand):
    help = (
        "Play a busy day in the demo hall with the portal's own actions: what takes an hour then takes a minute "
        "(--speed 60). Every time that is written is the true one, so the waits of this day are as short as they were."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--speed", type=float, default=60.0, help="how many times as fast as life")
        parser.add_argument("--hours", type=float, default=8.0, help="how long the played day is")
        parser.add_argument("--people", type=int, default=30, help="for each window")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only for the demo city: set PORTAL_DEMO=1.")
        posts = posts_of(today())
        if not posts:
            raise CommandError("No window of the demo hall calls numbers. Build the demo city first.")
        self.played = 0
        start = now()
        plan = Day(start, start + dt.timedelta(hours=options["hours"]), options["people"], lunch=False)
        visits = planned(random.Random(), [post.place for post in posts], plan)  # noqa: S311 - a day is drawn
        happenings = [(visit.arrived_at, 0, visit) for visit in visits]
        happenings += [(at, n, visit) for visit in visits for n, (at, _code) in enumerate(visit.steps, start=1)]
        for at, number, visit in sorted(happenings, key=lambda one: one[:2]):
            wait = (at - start).total_seconds() / options["speed"] - (now() - start).total_seconds()
            if wait > 0:
                time.sleep(wait)
            try:
                self._happen(posts, visit, number)
            except DomainError as error:
                self.stdout.write(f"  {error.message}")
        self.stdout.write(f"{self.played} steps played.")

    def _happen(self, posts: list[Post], visit: Visit, number: int) -> None:
        self.played += 1
        if number == 0:
            draft = TicketDraft(queue_id=visit.queue, channel=Ticket.Channel.KIOSK, priority=visit.priority)
            taken = actions.take_number(KIOSK, draft, once_key="")
            self.stdout.write(f"{taken.number} taken")
            return
        if visit.place is None:
            return
        post, code = posts[visit.place.key], visit.steps[number - 1][1]
        session = session_of(post.user) or actions.open_window(post.actor, post.window.pk)
        if session.window_id != post.window.pk:
            return  # somebody has moved the clerk to another window meanwhile
        at_window = current_ticket(post.window.pk)
        if code == "call":
            if at_window is not None:  # left there by somebody who tries the portal out, or by the build
                self._finish(post, at_window)
            called = actions.call_next(post.actor, session.pk)
            self.stdout.write(f"{called.number} → {post.window.code}")
        elif at_window is not None:
            actions.take_step(post.actor, at_window.pk, code, state_version=at_window.state_version)

    def _finish(self, post: Post, ticket: Ticket) -> None:
        if ticket.state == "called":
            ticket = actions.take_step(post.actor, ticket.pk, "start", state_version=ticket.state_version)
        actions.take_step(post.actor, ticket.pk, "finish", state_version=ticket.state_version)
