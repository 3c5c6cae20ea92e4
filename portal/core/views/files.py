"""Giving out a stored file: to whom its kind's policy allows, as a download, written into the access log."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from portal.core.access import log_view, viewer
from portal.core.errors import NotFound
from portal.core.files import may_read, open_file, purpose_of
from portal.core.models.files import StoredFile


@login_required
@require_GET
def file(request: HttpRequest, file_id: int) -> FileResponse:
    """The content as an attachment. Missing and forbidden look the same."""
    found = StoredFile.objects.filter(pk=file_id).first()
    if found is None or not may_read(request.user, found):
        raise NotFound()
    content = open_file(found)
    stream, about = found.stream or "core.storedfile", found.stream_id or found.pk
    log_view(viewer(request), stream, about, f"file:{found.kind}", purpose=purpose_of(request.user, found))
    response = FileResponse(content, as_attachment=True, filename=found.name, content_type=found.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
