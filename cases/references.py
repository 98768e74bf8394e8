"""The reference of a case in an address."""


class ReferenceConverter:
    """Capital letters, digits and hyphens, as in TOR-2026-0042; anything else is no address of a case."""

    regex = "[A-Z0-9-]{1,20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
