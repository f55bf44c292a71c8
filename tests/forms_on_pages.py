"""A form of a page as a browser would send it."""

from xml.etree.ElementTree import Element

from tests.markup import elements


def fields_of(form: Element) -> dict[str, list[str]]:
    """Return what a browser would send of this form without pressing a button: each name with its values."""
    sent: dict[str, list[str]] = {}
    for field in elements(form, "input[name], textarea[name], select[name]"):
        sent.setdefault(field.get("name", ""), []).extend(_values_of(field))
    return {name: values for name, values in sent.items() if values}


def _values_of(field: Element) -> list[str]:
    if field.tag == "textarea":
        return ["".join(field.itertext())]
    if field.tag == "select":
        options = elements(field, "option")
        chosen = [option for option in options if "selected" in option.attrib]
        if not chosen and "multiple" not in field.attrib:
            chosen = options[:1]
        return [option.get("value", "".join(option.itertext())) for option in chosen]
    if field.get("type") in ("checkbox", "radio"):
        return [field.get("value", "on")] if "checked" in field.attrib else []
    return [field.get("value", "")]
