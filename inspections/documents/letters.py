"""How templates of documents write days, moments and numbers of a list."""

from django import template

from inspections.documents import pages

register = template.Library()


@register.filter
def day(value: object) -> str:
    """Return a day as 2026年9月16日."""
    return pages.day(value)


@register.filter
def moment(value: object) -> str:
    """Return an instant as 2026年9月16日12时05分."""
    return pages.moment(value)


@register.filter
def within(labels: dict[str, str], code: str) -> str:
    """Return the Chinese label of a code."""
    return labels.get(code, "")
