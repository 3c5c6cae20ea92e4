"""The broker of the embedded way to run: files in a folder, as kombu keeps them, with messages that are whole or not there.

kombu opens a message under its name before it writes it. A worker that looks in between takes it away empty, and ends on
it; with the worker `serve` ends, and the portal is gone. A message is only a poke, what lasts are the rows of the jobs:
so one that cannot be read is dropped.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """Messages come under their name only when they are written."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu names it so itself
        target = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        half = target.with_suffix(".half")
        half.write_text(dumps(payload), encoding="utf-8")  # type: ignore[no-untyped-call]
        half.rename(target)

    def _get(self, queue: str) -> Any:  # type: ignore[override]
        while True:
            try:
                return super()._get(queue)  # type: ignore[no-untyped-call]
            except ValueError:  # it is out of the folder already
                log.warning("broker_message_unreadable", queue=queue)


class Transport(filesystem.Transport):
    """What `filesystem://` means here."""

    Channel = Channel
