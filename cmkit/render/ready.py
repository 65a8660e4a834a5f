"""Text that already is in the language of its format, so that nothing escapes it again."""

from __future__ import annotations


class Ready(str):
    """Finished SVG, Word XML or Markdown: Jinja takes it as it stands."""

    __slots__ = ()

    def __html__(self) -> str:
        """What an escaping template prints."""
        return str(self)


NOTHING = Ready()
