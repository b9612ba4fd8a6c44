"""What is found about a declaration that is checked and not run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from firedrill.vendors.errors import FiredrillError, Unsupported, as_one
from firedrill.vendors.rules.breach import Breach


class Finding(NamedTuple):
    """One sentence with its place, the rule that is broken ("" for the kind's own), and whether it is only a warning.

    What the emulator does not know is a warning: it may be right.
    """

    text: str
    rule: str = ""
    is_warning: bool = False


class Findings(list[Finding]):
    """The findings about one declaration, in their order."""

    def refuse(self, place: str, breaches: Iterable[Breach], rule: str = "") -> None:
        """Note breaches of the vendor's rules."""
        self += [Finding(f"{place}: {breach}.", rule) for breach in breaches]

    def warn(self, place: str, text: str, rule: str = "") -> None:
        """Note what the vendor takes, or what is not checked."""
        self.append(Finding(f"{place}: {text}.", rule, is_warning=True))

    def raise_refused(self) -> None:
        """Raise what is more than a warning, if anything is."""
        if refused := [FiredrillError(each.text) for each in self if not each.is_warning]:
            raise as_one(refused)

    @contextmanager
    def collect(self, place: str, rule: str = "") -> Iterator[None]:
        """Note what the block raises, and go on after it."""
        try:
            yield
        except Unsupported as error:
            self.warn(place, f"{error.place}: {error.feature} is not known here, so it is not checked", rule)
        except FiredrillError as error:
            self += [Finding(f"{place}: {part}", rule) for part in error.parts]
