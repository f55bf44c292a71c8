"""The id of a request, its log lines, and encodings other than ours."""

import json
import logging
import sys
from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory

from operations.logs import REQUEST_ID, JsonLines

pytestmark = pytest.mark.django_db


def line(message: str, *args, **extra) -> dict:
    record = logging.getLogger("footnote").makeRecord(
        "footnote", logging.ERROR, "file.py", 1, message, args, extra.pop("exc_info", None), extra=extra
    )
    (text,) = JsonLines().format(record).splitlines()
    return json.loads(text)


def test_a_line_has_these_fields_and_no_others():
    token = REQUEST_ID.set("0123456789abcdef")
    given = line("Refused: %s", "a\nb", request="<WSGIRequest: GET '/?q=marker'>", status_code=503)
    REQUEST_ID.reset(token)
    assert {**given, "time": ""} == {
        "time": "", "level": "ERROR", "logger": "footnote", "message": "Refused: a\nb",
        "request_id": "0123456789abcdef", "status": 503,
    }  # fmt: skip
    assert datetime.fromisoformat(given["time"]).utcoffset() == timedelta(0)


def test_errors_keep_their_type_and_place_and_lose_their_text():
    try:
        try:
            raise ValueError("marker of a case")
        except ValueError as error:
            raise RuntimeError("marker again") from error
    except RuntimeError as error:
        given = line("It failed: %s", error, exc_info=sys.exc_info())
    assert given["message"] == "It failed: RuntimeError"
    assert [each.split(" < ")[0] for each in given["traceback"]] == ["RuntimeError", "ValueError"]
    assert "test_requests.py" in given["traceback"][0]
    assert "marker" not in json.dumps(given)


def test_every_answer_has_an_id_of_our_own(client):
    given = {client.get(path, headers={"X-Request-Id": "theirs"})["X-Request-Id"] for path in ("/sign-in/", "/none/")}
    assert len(given) == 2
    assert "theirs" not in given


def answered(path: str, method: str, charset: str) -> tuple[int, str]:
    """Ask the application as gunicorn does: the test client makes its requests in another way."""
    from config.wsgi import application  # it reads the database, to check the key of the audit record

    kind = f"application/x-www-form-urlencoded; charset={charset}"
    environ = RequestFactory().generic(method, path, b"username=%2BACI-", HTTP_HOST="localhost").environ
    environ["CONTENT_TYPE"] = kind  # set here, because the factory reads the address in that encoding
    status = []
    answer = application(environ, lambda line, headers: status.append(int(line.split()[0])))
    return status[0], b"".join(answer).decode()


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "hex", "rot13", "idna"])
@pytest.mark.parametrize("path", ["/sign-in/?next=%2F", "/none/?q=x", "/sign-in/?q=%FF\xff"])
def test_another_encoding_is_a_bad_request_with_a_page(charset, path):
    for method in ("GET", "POST"):
        status, page = answered(path, method, charset)
        assert status == 400, method
        assert "We could not read your request" in page


@pytest.mark.parametrize("charset", ["UTF-8", "utf8", "us-ascii", "no-such-name"])
def test_our_encoding_under_any_name_is_accepted(charset):
    assert answered("/sign-in/", "GET", charset)[0] == 200
