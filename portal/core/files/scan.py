"""The virus scanner: clamd over TCP, by its INSTREAM command. Without one, files are marked as not scanned."""

import socket
import struct
from collections.abc import Iterator
from typing import IO

import structlog
from django.conf import settings

from portal.core.models.files import Scan

CHUNK_BYTES = 64 * 1024
TIMEOUT_SECONDS = 30
log = structlog.get_logger(__name__)


def scan(content: IO[bytes]) -> Scan:
    """What the scanner says. A scanner that is down does not stop the city: the file is marked and scanned later."""
    if not settings.VIRUS_SCANNER:
        return Scan.NOT_SCANNED
    host, _, port = settings.VIRUS_SCANNER.rpartition(":")
    try:
        answer = _ask(host.strip("[]"), int(port), content)
    except (OSError, ValueError) as error:
        log.error("virus_scanner_unreachable", scanner=settings.VIRUS_SCANNER, error=str(error))
        return Scan.NOT_SCANNED
    if answer.endswith("FOUND"):
        return Scan.INFECTED
    if answer.endswith("OK"):
        return Scan.CLEAN
    log.error("virus_scanner_answer", scanner=settings.VIRUS_SCANNER, answer=answer)
    return Scan.NOT_SCANNED


def _ask(host: str, port: int, content: IO[bytes]) -> str:
    with socket.create_connection((host, port), timeout=TIMEOUT_SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        for chunk in _chunks(content):
            line.sendall(struct.pack("!L", len(chunk)) + chunk)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := line.recv(1024)):
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    content.seek(0)
    while chunk := content.read(CHUNK_BYTES):
        yield chunk
