"""A phrase inside a message is translated with it; what a user wrote is not."""

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import Phrase, filled

WORDS = {
    "{text} is not {kind}.": "{text} 不是{kind}。",
    "Write {kind}.": "請寫{kind}。",
    "a region": "地區",
}


def _translate(text: str) -> str:
    return WORDS.get(text, text)


def test_a_phrase_is_translated_and_the_same_words_of_a_user_are_not() -> None:
    params = {"text": "a region", "kind": Phrase("a region")}
    assert filled("{text} is not {kind}.", params, _translate) == "a region 不是地區。"


def test_an_error_translates_its_phrases_its_hint_and_its_fields() -> None:
    error = Invalid(
        "job.region",
        "{text} is not {kind}.",
        hint="Write {kind}.",
        fields={"regions": "a region"},
        text="7",
        kind=Phrase("a region"),
    )
    assert str(error) == "7 is not a region."
    assert error.as_dict(_translate) == {
        "code": "job.region",
        "message": "7 不是地區。",
        "hint": "請寫地區。",
        "fields": {"regions": "地區"},
    }
