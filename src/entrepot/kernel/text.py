"""Marking of words for translation.

The kernel never translates: it marks a message with :func:`N_` so that the
catalogue finds it, and the face that shows the message looks it up in the
reader's language.
"""

from collections.abc import Callable, Mapping


class Phrase(str):
    """Words that stand as a parameter inside another message and are translated with it.

    A parameter of plain type is what a user wrote, and stays as it is.

    >>> Phrase("a region") == "a region"
    True
    """

    __slots__ = ()


def filled(
    template: str, params: Mapping[str, object], translate: Callable[[str], str] = str
) -> str:
    """Return a message in the language of ``translate`` with its parameters.

    Args:
        template: message, marked by :func:`N_`.
        params: values of its places; a :class:`Phrase` is translated too.
        translate: looks a text up in the reader's language.

    >>> words = {"{text} is not {kind}.": "{text} 不是{kind}。", "a region": "地區"}
    >>> filled("{text} is not {kind}.", {"text": "a region", "kind": Phrase("a region")},
    ...        lambda text: words.get(text, text))
    'a region 不是地區。'
    """
    return translate(template).format(
        **{k: translate(v) if isinstance(v, Phrase) else v for k, v in params.items()}
    )


def N_(message: str) -> str:
    """Mark ``message`` as translatable and return it unchanged.

    Args:
        message: English text, with ``{name}`` places for parameters.

    Returns:
        The same text.

    >>> N_("Quote {id} has expired.")
    'Quote {id} has expired.'
    """
    return message
