"""Pages that accept a file: reading their form, up to a limit."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

F = TypeVar("F", bound=forms.Form)


class UploadLimit(FileUploadHandler):
    """Stops an upload of more than ``most`` bytes. The rest of it is read and discarded.

    ``receive`` places it before the handler that keeps the file, and sets both before anything reads the form.
    """

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self.most = most
        self.size = 0

    @property
    def is_exceeded(self) -> bool:
        return self.size > self.most

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.is_exceeded:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def checked(self, form: F, *, command: str) -> F:
        """Return the form. If its file is too large, say which command takes it instead."""
        if self.is_exceeded:
            form.errors.pop("file", None)
            said = _("The file is larger than %(most)d MB. Import it on the server with the command %(command)s.")
            form.add_error("file", said % {"most": self.most // 1024**2, "command": command})
        return form


def receive(
    request: HttpRequest,
    most: int,
    read: Callable[[HttpRequest, UploadLimit], HttpResponse],
    *,
    keeper: type[FileUploadHandler] = TemporaryFileUploadHandler,
) -> HttpResponse:
    """Have the posted form read with a limit on its file, and delete the file afterwards.

    Make the page csrf_exempt: reading the token reads the form, so it must come after the limit. It is checked here.
    """
    limit = UploadLimit(request, most)
    request.upload_handlers = [limit, keeper(request)]
    return _received(request, limit, read)


@csrf_protect
def _received(
    request: HttpRequest, limit: UploadLimit, read: Callable[[HttpRequest, UploadLimit], HttpResponse]
) -> HttpResponse:
    files = [file for _name, several in request.FILES.lists() for file in several]
    try:
        return read(request, limit)
    finally:
        for file in files:
            file.close()  # deletes it
