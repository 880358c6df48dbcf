"""What every record of the gate asks of its texts."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

TEXT_LENGTH_MAX = 200


def check_texts(texts: Mapping[str, str]) -> None:
    """Refuse texts that are not one line of words.

    Args:
        texts: name of the option → text.

    Raises:
        Invalid: empty, too long, or not printable.
    """
    for name, text in texts.items():
        if not text.strip() or not text.isprintable() or len(text) > TEXT_LENGTH_MAX:
            raise Invalid(
                "record.text",
                N_("{name} should be one line of 1 to {most} characters."),
                hint=N_("Give it as --{name} TEXT."),
                fields={name: "1 to 200 characters"},
                name=name,
                most=TEXT_LENGTH_MAX,
            )
