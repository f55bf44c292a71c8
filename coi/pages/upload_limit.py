"""A limit on what a page accepts as a file."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest


class UploadLimit(FileUploadHandler):
    """Stops an upload of more than ``most`` bytes. The rest of it is read and discarded.

    Place it before the handler that keeps the file, and set both before anything reads the form, its token included.
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
