"""What other rooms hand over to be told: words in both languages, to whom, about what."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in Chinese and English."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """Return the words in `language` (`zh` or `en`)."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one account. `dedupe_key` makes it single for that person, for ever.

    `urgent` (immediate danger) ignores quiet hours and caps; `sms` False means the inbox alone.
    """

    to: UUID
    kind: str
    title: Words
    body: Words
    subject_kind: str
    subject_id: UUID
    dedupe_key: str
    urgent: bool = False
    sms: bool = True
