"""Telephone numbers in what people wrote, as links that a phone rings: {% load telephones %}."""

import re

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

#: 999, 101 and 112 where they stand alone, and numbers with an area code, whose digits may stand in groups.
NUMBER = re.compile(r"(?<![\d+])(?<!\d )(?:0[1-9](?: ?\d){8,9}|999|101|112)(?! ?\d)", re.ASCII)


@register.filter
def telephones(value: str) -> SafeString:
    """The text, escaped, with a link to ring each number in it."""
    text, parts, end = str(value), [], 0
    for found in NUMBER.finditer(text):
        link = format_html('<a class="govuk-link" href="tel:{}">{}</a>', found[0].replace(" ", ""), found[0])
        parts += [(conditional_escape(text[end : found.start()]),), (link,)]
        end = found.end()
    return format_html_join("", "{}", [*parts, (conditional_escape(text[end:]),)])
