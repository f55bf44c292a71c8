"""python manage.py workflow_diagram: writes docs/workflow.md from the table of the workflow."""

from django.conf import settings

from assessments.actions.workflow import TRANSITIONS, Transition
from assessments.management.pages import PageCommand
from assessments.models.codes import EDITABLE, Closed, State

INTRODUCTION = """\
# Workflow

Made from `assessments/actions/workflow.py` by `manage.py workflow_diagram`; a test compares the two. Change the table there, never this page.

A case has one state. Every submission is a version of its memo, and has one of the same states.
"""
RULES = """\
Whoever wrote in a case never reviews it: the pages do not offer it, the actions refuse it, and a trigger of the database stops it. An approval is bound to the version that was read. Each step leaves its row in the record, in the same transaction.

A reviewer reads the memo section by section. Footnote records each section that was shown, and refuses an approval without all of them. Folded on a section's page are only the findings that other sections print in full, and the text on method, which is the same in every memo.
"""


def page() -> str:
    """Return the text of the page."""
    return "\n".join((INTRODUCTION, _diagram(), _states(), _steps(), RULES, _closed()))


def _diagram() -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.label}" as {_node(state)}' for state in State]
    lines.append(f"    [*] --> {_node(State.DRAFT)}: Record a case")
    lines += [f"    {_node(source)} --> {_node(t.target)}: {t.label}" for t in TRANSITIONS for source in t.sources]
    lines += [
        f"    {_node(source)} --> {_node(t.target)}: {t.label} (new findings wait)"
        for t in TRANSITIONS
        for source in t.news
    ]
    return "\n".join([*lines, "```", ""])


def _node(state: State) -> str:
    return state.value.replace("-", "_")


def _states() -> str:
    lines = ["## States", "", "| state | may be edited | what can follow |", "|---|---|---|"]
    for state in State:
        following = [f"{t.label} → {t.target.label}" for t in TRANSITIONS if state in t.sources]
        following += [f"{t.label} → {t.target.label}, while new findings wait" for t in TRANSITIONS if state in t.news]
        editable = "yes" if state in EDITABLE else "no"
        lines.append(f"| {state.label} | {editable} | {'; '.join(following)} |")
    return "\n".join([*lines, ""])


def _steps() -> str:
    lines = [
        "## Steps",
        "",
        "| step | from | to | who | in the record | the version becomes | reason |",
        "|---|---|---|---|---|---|---|",
        *(_step(t) for t in TRANSITIONS),
    ]
    return "\n".join([*lines, ""])


def _step(step: Transition) -> str:
    cells = (
        f"{step.label} (`{step.action}`)",
        ", ".join([*(str(s.label) for s in step.sources), *(f"{s.label} while new findings wait" for s in step.news)]),
        step.target.label,
        "; ".join(str(w.label) for w in step.by),
        f"`{step.event}`",
        step.version.label if step.version else "as it is",
        "needed" if step.reason else "",
    )
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _closed() -> str:
    return "\n".join(["A case is closed because:", "", *(f"- {reason.label}" for reason in Closed), ""])


class Command(PageCommand):
    help = "Writes docs/workflow.md from the table of the workflow."
    path = settings.BASE_DIR / "docs" / "workflow.md"

    def page(self, as_it_is: str) -> str:
        return page()
