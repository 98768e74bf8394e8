"""What a person must have said before something can be done."""

from escalation.errors import RuleViolation


def required(text: str, code: str, message: str) -> str:
    """The text without surrounding blanks.  Raises RuleViolation(code, message) when nothing is left."""
    said = text.strip()
    if not said:
        raise RuleViolation(code, message)
    return said
