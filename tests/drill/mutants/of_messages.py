"""Changes to what monitors say, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from firedrill.resources import MONITOR, OBSERVED_SERVICE, Resource, of_type
from tests.drill.mutants.mutant import Change, Inputs, Mutant, changed

CONDITIONS = ("is_alert", "is_warning", "is_no_data", "is_recovery", "is_unknown")
_BLOCK = re.compile(r"\{\{#(\w+)\}\}.*?\{\{/\1\}\}", re.DOTALL)
_HANDLE = re.compile(r" ?@[\w-]+")


def mutants_of_messages(resources: Sequence[Resource]) -> Iterator[Mutant]:
    """Every change, monitor by monitor."""
    known = [handle for each in of_type(resources, OBSERVED_SERVICE) for handle in each.inputs["handles"]]
    for monitor in of_type(resources, MONITOR):
        message = str(monitor.inputs["message"])

        def to(kind: str, what: str, text: str, monitor: Resource = monitor) -> Iterator[Mutant]:
            yield from changed(resources, monitor, kind, what, _says(lambda _: text))

        yield from to("handle", "none", _HANDLE.sub("", message))
        for handle in known:
            yield from to("handle", f"all {handle}", _HANDLE.sub(f" {handle}", message))
            yield from to("handle", f"{handle} misspelt", message.replace(handle, f"{handle}x"))
        yield from to("handle", "glued to a word", _HANDLE.sub(lambda found: found[0].strip() + ".", message))
        for block in _BLOCK.finditer(message):
            name = block[1]
            yield from to("handle", f"none in {name}", message.replace(block[0], _HANDLE.sub("", block[0])))
            yield from to("condition", f"{name} dropped", message.replace(block[0], ""))
            for other in CONDITIONS:
                if other != name:
                    swapped = block[0].replace(f"#{name}}}", f"#{other}}}").replace(f"/{name}}}", f"/{other}}}")
                    yield from to("condition", f"{name} becomes {other}", message.replace(block[0], swapped))
            emptied = re.sub(
                r"\}\}\n.*\n\{\{/", lambda found: "}}\n" + "".join(_HANDLE.findall(found[0])) + "\n{{/", block[0]
            )
            yield from to("message", f"{name} says nothing", message.replace(block[0], emptied))
        alert = next((each for each in _BLOCK.finditer(message) if each[1] == "is_alert"), None)
        if alert:
            handle = "".join(_HANDLE.findall(alert[0]))
            warned = f"{{{{#is_warning}}}}{handle}{{{{/is_warning}}}}"
            yield from to("handle", "moved to warnings", message.replace(alert[0], _HANDLE.sub("", alert[0]) + warned))
            yield from to("handle", "@all added", message + " @all")
            outside = message.replace(alert[0], _HANDLE.sub("", alert[0])) + handle
            yield from to("handle", "moved to the end", outside)
        yield from to("variable", "{{value}} in single braces", message.replace("{{value}}", "{value}"))
        yield from to("variable", "its threshold is another", message.replace("{{threshold}}", "{{warn_threshold}}"))
        yield from to("condition", "one is never closed", message.replace("{{/is_alert}}", "", 1))
        for variable in sorted(set(re.findall(r"\{\{([\w.]+)\}\}", message))):
            yield from to(
                "variable", f"{variable} misspelt", message.replace(f"{{{{{variable}}}}}", f"{{{{{variable}x}}}}")
            )
            yield from to("variable", f"{variable} left out", message.replace(f"{{{{{variable}}}}}", ""))
        yield from to("runbook", "none", re.sub(r"\nRunbook: .*", "", message))
        yield from to("runbook", "of another", re.sub(r"/runbooks/[\w-]+\.md", "/runbooks/none.md", message))
        yield from to(
            "runbook",
            "only in recoveries",
            re.sub(r"\n(Runbook: .*)", r"\n{{#is_recovery}}\1{{/is_recovery}}", message),
        )


def _says(write: Callable[[str], str]) -> Change:
    def change(inputs: Inputs) -> None:
        inputs["message"] = write(inputs["message"])

    return change
