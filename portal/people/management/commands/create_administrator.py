"""`manage.py create_administrator NAME`: makes the first administrator of a new installation."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from portal.core.actors import Actor
from portal.core.events import record
from portal.core.time import today
from portal.people.models import Posting, User
from portal.people.roles import Role


class Command(BaseCommand):
    help = (
        "Make an account with the posting of an administrator. The password is asked for, or read from standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="the person's name; the user name unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        if User.objects.filter(username=username).exists():
            raise CommandError(f"There is an account called {username} already.")
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        candidate = User(username=username, name=options["name"] or username)
        try:
            validate_password(password, candidate)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            user = User.objects.create_user(username, password, name=candidate.name)
            posting = Posting.objects.create(user=user, role=Role.ADMINISTRATOR, starts_on=today())
            record(posting, "posting.made", Actor.system("create_administrator"), data={"role": posting.role})
        self.stdout.write(f"{username} is an administrator and signs in with a second factor.")
