"""make sbom lists what requirements.txt installs."""

import json
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scripts import sbom
from tests import ROOT

NOT_HERE = {"brotlicffi", "colorama"}  # for PyPy, for Windows


@pytest.fixture(scope="module")
def written():
    return json.loads(sbom.document())


def test_it_is_valid(written):
    assert written["specVersion"] == "1.6"
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(written)) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(written | {"version": "one"})) is not None


def test_each_package_has_its_version_and_the_hashes_of_its_files(written):
    locked = (ROOT / "requirements.txt").read_text()
    pins = set(re.findall(r"^([\w.-]+)==(\S+)", locked, re.MULTILINE))
    assert {(part["name"], part["version"]) for part in written["components"]} == pins
    assert len(pins) > 30
    hashes = [each["content"] for part in written["components"] for each in part["externalReferences"][0]["hashes"]]
    assert sorted(hashes) == sorted(re.findall(r"--hash=sha256:(\w+)", locked))


def test_each_installed_package_has_a_licence(written):
    without = {part["name"] for part in written["components"] if not part.get("licenses")}
    assert without <= NOT_HERE
    (django,) = [part for part in written["components"] if part["name"] == "django"]
    assert django["licenses"][0]["license"]["id"] == "BSD-3-Clause"


def test_it_starts_with_the_application(written):
    assert written["metadata"]["component"]["name"] == "footnote"
