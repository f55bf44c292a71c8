"""Ask the web process on this machine whether it is ready: exit status 0 if so, else 1."""

import http.client
import os
import sys

host, _, port = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000").rpartition(":")
connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=15)
connection.request("GET", "/health/ready", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
response = connection.getresponse()
sys.stdout.write(response.read().decode() + "\n")
sys.exit(response.status != 200)
