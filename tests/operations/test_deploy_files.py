"""The files of deploy/: every setting is explained once, and the files fit each other."""

import ast
import configparser
import re

import pytest
import yaml
from django.conf import settings

from operations.database_log import wanted
from tests import ROOT

ENVIRONMENT = (ROOT / "deploy" / "footnote.env.example").read_text()
UNITS = sorted((ROOT / "deploy").glob("*.service"))


def read_in(path: str) -> set[str]:
    """Return the names of environment variables that a Python file reads."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv", "flag", "number"):
            if isinstance(node.args[0], ast.Constant):  # in flag() and number() themselves it is a parameter
                found.add(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(ast.literal_eval(node.slice))
    return found


def explained() -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z_]*)=", ENVIRONMENT, flags=re.MULTILINE)


def test_every_setting_is_in_the_example_once_and_nothing_else():
    read = read_in("config/settings.py") | read_in("deploy/gunicorn.conf.py")
    assert {"SECRET_KEY", "POSTGRES_DB", "MEMO_SECONDS", "GUNICORN_BIND"} <= read
    assert sorted(explained()) == sorted(read - {"PROMETHEUS_MULTIPROC_DIR"})


def test_the_readme_names_every_setting():
    readme = (ROOT / "README.md").read_text()
    assert [
        name for name in explained() if f"`{name}`" not in readme and not name.startswith(("GUNICORN", "FORW"))
    ] == []


def test_every_setting_has_a_comment_above_its_group():
    for group in re.split(r"\n\n|\n(?=# )", ENVIRONMENT):
        if re.search(r"^#?[A-Z_]+=", group, flags=re.MULTILINE):
            assert group.startswith("# ") or "TIME_ZONE" in group, group


def test_gunicorn_waits_longer_than_a_memo_may_take(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("MEMO_SECONDS", "25")
    given: dict = {"__file__": str(ROOT / "deploy" / "gunicorn.conf.py")}
    with monkeypatch.context() as patched:
        patched.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
        exec((ROOT / "deploy" / "gunicorn.conf.py").read_text(), given)
    busy = settings.DATABASES["default"]["OPTIONS"]["timeout"] if "OPTIONS" in settings.DATABASES["default"] else 20
    assert given["timeout"] > 25 + busy
    assert given["worker_class"] == "gthread"
    assert "%(q)s" not in given["access_log_format"]
    assert not re.search(r"%\((r|f|a|u|h)\)s", given["access_log_format"])


def test_the_proxies_let_through_what_the_settings_allow_and_log_no_query_string():
    nginx = (ROOT / "deploy" / "nginx.conf").read_text()
    smallest, largest = (int(n) * 1024**2 for n in sorted(re.findall(r"client_max_body_size (\d+)m", nginx), key=int))
    assert smallest > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert largest > settings.EVENTS_LARGEST_UPLOAD
    (shape,) = re.findall(r"log_format footnote '(.*)';", nginx)
    assert set(re.findall(r"\$\w+", shape)).isdisjoint({"$request", "$request_uri", "$args", "$http_referer"})
    caddy = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "request>uri regexp" in caddy
    assert "210MB" in caddy


def test_compose_has_the_four_services_and_pins_their_images():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert set(compose["services"]) == {"web", "worker", "database", "proxy"}
    for name, service in compose["services"].items():
        assert re.search(r":\d", service["image"]), name
    assert "ports" not in compose["services"]["database"]
    given = [option.removeprefix("-c") for option in compose["services"]["database"]["command"][1:]]
    assert given == [f"{name}={value}" for name, value in wanted().items()]
    for volume in (v for s in compose["services"].values() for v in s["volumes"]):
        source = volume.split(":")[0]
        assert source in compose["volumes"] or (ROOT / source).exists()
    assert set(compose["services"]["web"]["environment"]) <= set(explained())


def test_the_image_holds_no_secret_and_runs_as_nobody_else():
    lines = (ROOT / "Containerfile").read_text().splitlines()
    assert "USER footnote" in lines
    assert any("--require-hashes" in line for line in lines)
    for name in (".containerignore", ".dockerignore"):
        assert {"var", ".git", "*.env"} <= set((ROOT / name).read_text().splitlines())


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_what_exists(path):
    unit = configparser.RawConfigParser(strict=False, delimiters="=")
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(path.read_text())
    assert unit["Service"]["UMask"] == "0077"
    assert unit["Service"]["User"] == "footnote"
    commands = re.findall(r"manage\.py (\w+)", path.read_text())
    for command in commands:
        assert list(ROOT.glob(f"*/management/commands/{command}.py")), command
    for named in re.findall(r"--config (\S+)", path.read_text()):
        assert (ROOT / named).exists()
