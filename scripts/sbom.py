"""Write what the application installs as a CycloneDX 1.6 document (SBOM).

Usage: make sbom. It reads requirements.txt: each package with its version and the hashes of its files. The licences are
those that the installed packages state. A package for another version of Python is listed without its licence.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
SPDX = re.compile(r"[\w.+-]+( (AND|OR|WITH) [\w.+-]+)*")
LICENCE = "License :: "


def pinned(text: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each package of a lock file, with its SHA-256 hashes."""
    lines = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ").splitlines()
    for line in filter(str.strip, lines):
        package, *hashes = line.split("--hash=sha256:")
        yield Requirement(package.strip()), [digest.strip() for digest in hashes]


def licences(name: str) -> list[License]:
    """Return what an installed package states about its licence; nothing if it is not installed."""
    try:
        stated = metadata(name)
    except PackageNotFoundError:
        return []
    made = LicenseFactory()
    for text in (stated.get("License-Expression"), stated.get("License")):
        if text and SPDX.fullmatch(text):
            return [made.make_from_string(text)]
    classes = [each.rpartition(" :: ")[2] for each in stated.get_all("Classifier", []) if each.startswith(LICENCE)]
    return [made.make_with_name(each) for each in classes]


def component(package: Requirement, hashes: list[str]) -> Component:
    """Return a package as a part of the document."""
    (pin,) = package.specifier
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/simple/{package.name}/"),
        hashes=[HashTypeFactory().from_hashlib_alg("sha256", digest) for digest in hashes],
    )
    purl = PackageURL("pypi", None, package.name, pin.version)
    return Component(
        type=ComponentType.LIBRARY, name=package.name, version=pin.version, bom_ref=str(purl), purl=purl,
        licenses=licences(package.name), external_references=[files],
        properties=[Property(name="only-if", value=str(package.marker))] if package.marker else [],
    )  # fmt: skip


def document() -> str:
    """Return the whole document as JSON."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bom = Bom(components=[component(*each) for each in pinned((ROOT / "requirements.txt").read_text(encoding="utf-8"))])
    own = Component(
        type=ComponentType.APPLICATION, name=about["name"], version=about["version"], bom_ref="footnote",
        licenses=[LicenseFactory().make_from_string("BSD-3-Clause")],
    )  # fmt: skip
    bom.metadata.component = own
    bom.register_dependency(own, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
