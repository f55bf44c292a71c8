"""The architecture: imports, settings, shipped files."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests import ROOT


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "matching").glob("*.py")), ids=lambda p: p.name)
def test_matching_imports_only_the_standard_library(path):
    assert imports_of(path) <= set(sys.stdlib_module_names) | {"matching"}


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("weasyprint", {"assessments/memo/pdf_child.py", "assessments/memo/pdf_notes.py"}),
        ("pandas", {"coi/events/reading.py"}),
    ],
)
def test_a_heavy_library_stands_in_one_place(library, modules):
    users = {
        path.relative_to(ROOT).as_posix()
        for app in ("config", "matching", "coi", "assessments", "accounts", "audit", "jobs", "operations")
        for path in (ROOT / app).rglob("*.py")
        if library in imports_of(path)
    }
    assert users == modules


def test_of_the_cases_only_pages_and_the_printing_of_documents_render_templates():
    """This lets import-linter prove that no template calls a module that renders templates."""
    renderers = re.compile(r"\b(render|render_to_string|get_template|select_template|TemplateResponse)\(")
    found = {
        path.relative_to(ROOT).as_posix()
        for app in ("assessments", "coi")
        for path in (ROOT / app).rglob("*.py")
        if renderers.search(path.read_text())
    }
    assert {path for path in found if not re.match("(assessments|coi)/pages/", path)} == {
        "assessments/memo/pdf_child.py",  # WeasyPrint's document.render()
        "assessments/memo/printing.py",
        "coi/templatetags/finding_parts.py",  # parts of a finding, whose templates call no tag that renders
    }


def test_only_one_module_reads_what_is_stored_of_a_version():
    """It compares the version with the audit record first. ``verification`` reads a record that it was given."""
    reads = re.compile(r"\bsnapshot\.(thaw|case_of)\(|\bversion\.(content|pdf)\b")
    found = {
        path.relative_to(ROOT).as_posix()
        for app in ("assessments", "operations", "config")
        for path in (ROOT / app).rglob("*.py")
        if reads.search(path.read_text())
    }
    assert found == {
        "assessments/memo/file_check.py",  # after the same comparison
        "assessments/memo/stored_versions.py",
        "assessments/memo/verification.py",
        "assessments/memo/version_integrity.py",
    }


def start(**environment) -> subprocess.CompletedProcess:
    clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "AUDIT_KEY", "SECOND_FACTOR_KEY"])
def test_without_debug_it_does_not_start_on_a_development_key(missing, tmp_path):
    keys = {"SECRET_KEY": "x" * 60 + "yz0123456789", "AUDIT_KEY": "another" * 5, "SECOND_FACTOR_KEY": "a third" * 5}
    del keys[missing]
    result = start(DEBUG="0", VAR_DIR=str(tmp_path), **keys)
    assert result.returncode != 0
    assert f"Set {missing}" in result.stderr


def test_with_its_keys_set_the_deployment_check_is_silent(tmp_path):
    result = start(
        DEBUG="0",
        SECRET_KEY="k8#" * 20 + "qwertzuiopas",
        AUDIT_KEY="another" * 5,
        SECOND_FACTOR_KEY="a-third" * 5,
        ALLOWED_HOSTS="x.example",
        VAR_DIR=str(tmp_path),
    )
    assert (result.returncode, result.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), (
        result.stderr
    )


def test_no_file_is_too_long_to_read():
    folders = (
        "accounts",
        "assessments",
        "audit",
        "coi",
        "config",
        "jobs",
        "matching",
        "operations",
        "tests",
        "benchmarks",
    )
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    assert len(files) > 300
    assert [path.name for path in files if len(path.read_text().splitlines()) > 400] == []


@pytest.mark.parametrize("folder", ["templates", "static/css", "static/js"])
def test_no_request_goes_to_another_host(folder):
    for path in (ROOT / folder).rglob("*.*"):
        text = path.read_text()
        assert not re.search(r"""(src|href|action)\s*=\s*["'](https?:)?//""", text), path
        assert not re.search(r"(url\(|@import\s+)[\"']?(https?:)?//", text), path
        assert not re.search(r"fetch\(\s*[\"'`]https?:", text), path


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_have_no_inline_script_or_style(path):
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)


def test_every_direct_requirement_is_pinned():
    lines = [
        line.split("#")[0].strip()
        for name in ("requirements.in", "requirements-word.in", "requirements-dev.in")
        for line in (ROOT / name).read_text().splitlines()
        if line and not line.startswith(("#", "-c ", "-r "))
    ]
    assert all("==" in line for line in lines)
    assert any(line.startswith("Django==5.2.") for line in lines)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-word.txt", "requirements-dev.txt"])
def test_every_installed_package_is_pinned_with_its_hashes(name):
    packages = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", (ROOT / name).read_text(), flags=re.M).strip())
    assert len(packages) > (0 if "word" in name else 10)
    for package in packages:
        assert re.match(r"[\w.\[\]-]+==\S+ ", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]


def test_every_template_loads_and_no_line_is_longer_than_160_characters():
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert len(templates) > 200
    for path in templates:
        get_template(path.relative_to(ROOT / "templates").as_posix())
        longest = max(len(line) for line in path.read_text(encoding="utf-8").splitlines())
        assert longest <= 160, path
