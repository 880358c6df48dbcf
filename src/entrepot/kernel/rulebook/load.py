"""Rule files → one frozen rulebook. Texts come in as values; the loader opens no file."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.document import Document, parse_document
from entrepot.kernel.rulebook.fields import Fields
from entrepot.kernel.rulebook.read_dictionary import SCHEMA, read_dictionary
from entrepot.kernel.rulebook.read_gate import SCHEMAS, read_gate
from entrepot.kernel.rulebook.table import Constraint, Gate, Rulebook
from entrepot.kernel.text import N_


def load_rulebook(files: Mapping[str, str]) -> Rulebook:
    """Load a dictionary and the gates that use it.

    Args:
        files: file name → text; one of schema ``entrepot.dictionary/1``, at most one of
            each gate.

    Returns:
        The rulebook.

    Raises:
        Invalid: a file is refused, with file, line and field; or no dictionary is there.
    """
    documents = {name: parse_document(text, name) for name, text in files.items()}
    schemas = {name: schema_of(document) for name, document in documents.items()}
    dictionary, constraints = _dictionary(documents, schemas)
    gates: dict[str, Gate] = {}
    for name, document in documents.items():
        if schemas[name] in SCHEMAS:
            gate = read_gate(document, dictionary)
            if gate.name in gates:
                raise _refuse_schema(document, N_("{file}: there is already a file of that kind."))
            gates[gate.name] = gate
        elif schemas[name] != SCHEMA:
            raise _refuse_schema(document, N_("{file}, line {line}: unknown schema {schema}."))
    hashes = {name: sha256_hex(text.encode()) for name, text in sorted(files.items())}
    return Rulebook(dictionary, constraints, gates, hashes)


def load_dictionary(text: str, file: str = "dictionary.yaml") -> FactDictionary:
    """Load the dictionary alone.

    Args:
        text: the file's text.
        file: its name, for refusals.

    Raises:
        Invalid: the file is refused, with file, line and field.
    """
    return read_dictionary(parse_document(text, file))[0]


def schema_of(document: Document) -> str:
    """Return what kind of rule file a document says it is."""
    return Fields.of(document, (), document.data).text("schema")


def _dictionary(
    documents: Mapping[str, Document], schemas: Mapping[str, str]
) -> tuple[FactDictionary, tuple[Constraint, ...]]:
    names = [name for name, schema in schemas.items() if schema == SCHEMA]
    if len(names) != 1:
        raise Invalid(
            "rulefile.dictionary",
            N_("A rulebook has one dictionary of facts; {count} were given."),
            hint=N_("Give one file of schema entrepot.dictionary/1."),
            count=len(names),
        )
    return read_dictionary(documents[names[0]])


def _refuse_schema(document: Document, message: str) -> Invalid:
    return document.refusal(
        "rulefile.schema",
        ("schema",),
        message,
        N_("Known schemas: {known}."),
        schema=schema_of(document),
        known=", ".join([SCHEMA, *SCHEMAS]),
    )
