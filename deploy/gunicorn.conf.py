"""gunicorn's settings: `.venv/bin/gunicorn --config deploy/gunicorn.conf.py config.wsgi`, in the project's folder.

A proxy with TLS stands in front: deploy/nginx.conf or deploy/Caddyfile.
"""

import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
# A stalled connection holds a thread, not a process; with as many of them as there are threads, nobody is answered.
# So keep the proxy in front, which passes on whole requests only.
worker_class = "gthread"
workers = int(os.environ.get("GUNICORN_WORKERS", str(min(multiprocessing.cpu_count() + 1, 9))))
threads = int(os.environ.get("GUNICORN_THREADS", "4"))
preload_app = False  # each process opens connections of its own
# A request may wait 20 seconds for the database and then make one PDF (MEMO_SECONDS) before its process is replaced.
timeout = 30 + int(float(os.environ.get("MEMO_SECONDS", "10")))
graceful_timeout = timeout
keepalive = 5
max_requests, max_requests_jitter = 5000, 500  # a slow leak of memory never adds up
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
umask = 0o077
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# The path alone (%(U)s): no query string, no address of the reader, no browser, no user.
accesslog = "-"
access_log_format = (
    '{"time":"%(t)s","logger":"access","method":"%(m)s","path":"%(U)s","status":%(s)s,"bytes":"%(B)s",'
    '"milliseconds":%(M)s,"request_id":"%({x-request-id}o)s"}'
)

# The processes add their figures through files here, which start empty. It must be set before Django is loaded.
_project = Path(__file__).resolve().parent.parent
_figures = Path(os.environ.get("VAR_DIR", _project / "var")) / "metrics"
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_figures)


def on_starting(server: Any) -> None:
    """Refuse to start where the application could not serve anybody, and say what to do."""
    shutil.rmtree(_figures, ignore_errors=True)
    os.umask(0o077)
    _figures.mkdir(parents=True)
    # a child process, so that the settings and connections of the check are not inherited

    command = [sys.executable, "manage.py", "check_installation", "--start"]
    if subprocess.run(command, cwd=_project, stdout=subprocess.DEVNULL, check=False).returncode:  # noqa: S603 - ours
        sys.exit("Footnote does not start: see the lines above, and docs/running.md.")


def child_exit(server: Any, worker: Any) -> None:
    """Forget what only a living process may report."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
