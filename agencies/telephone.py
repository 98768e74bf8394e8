"""How a telephone number as people write it is dialled."""

import re

_EXTENSION = re.compile(r"\s*(?:ext|x)\.?[a-z]*\s*(\d+)\s*$", re.IGNORECASE)


def dial(phone: str) -> str:
    """What a telephone dials: digits, a plus at the front, an extension as RFC 3966 writes it; "" if there are none."""
    extension = _EXTENSION.search(phone)
    number = phone[: extension.start()] if extension else phone
    # "+44 (0)1632": the bracketed nought is dialled only at home.
    number = number.replace("(0)", "") if number.strip().startswith("+") else number
    digits = re.sub(r"[^0-9]", "", number)
    if not digits:
        return ""
    plus = "+" if number.strip().startswith("+") else ""
    return f"{plus}{digits};ext={extension.group(1)}" if extension else f"{plus}{digits}"
