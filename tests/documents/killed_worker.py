"""A worker that makes papers and kills itself at the point that it is told: before the file, after it, before the commit."""

import os
import signal
import sys
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from portal.core import jobs
from portal.core.documents import making
from portal.core.models import Job

POINTS = {"typeset": (making, "typeset"), "write": (making, "_write"), "commit": (making, "keep")}


def die_after(module: Any, name: str) -> None:
    real = getattr(module, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, dying)


def main() -> None:
    die_after(*POINTS[sys.argv[1]])
    taken = jobs.take_job()
    while taken is not None and taken.name != making.MAKE:
        Job.objects.filter(pk=taken.pk).update(state="cancelled")
        taken = jobs.take_job()
    if taken is not None:
        jobs.run_job(taken)


if __name__ == "__main__":
    main()
