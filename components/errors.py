"""What a declaration can get wrong."""

from __future__ import annotations


class DeclarationError(Exception):
    """The stack cannot be declared as asked: the message says what is wrong, what is allowed and what to change."""
