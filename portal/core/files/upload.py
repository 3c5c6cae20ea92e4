"""An upload handler that never keeps more than the limit: a file that is too large costs a count, not the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes to a temporary file up to `UPLOAD_MAX_BYTES`; what comes after is counted and thrown away.

    The rest of the form is parsed as usual, so nothing that was typed is lost; `store` then sees the true size and
    refuses the file with a sentence.
    """

    file: TemporaryUploadedFile

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received <= settings.UPLOAD_MAX_BYTES:
            self.file.write(raw_data)
        elif self.file.tell():
            self.file.seek(0)
            self.file.truncate()  # it will be refused: give the space back now
