"""Marking of words for translation.

The kernel never translates: it marks a message with :func:`N_` so that the
catalogue finds it, and the face that shows the message looks it up in the
reader's language.
"""


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
