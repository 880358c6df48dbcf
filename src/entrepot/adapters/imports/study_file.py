"""Files of scenarios of a study of use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from entrepot.adapters.imports.problems import InvalidFile
from entrepot.adapters.imports.study_fields import Fields, known_names
from entrepot.adapters.imports.study_points import point_of, series_of
from entrepot.adapters.imports.yaml_safe import Path, load_yaml
from entrepot.domain.grid.study_model import MILLI, PPM, SCHEMES
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.text import N_
from entrepot.services.study_scenario import (
    KINDS,
    POINTS_MAX,
    SEEDS_MAX,
    Anchor,
    CentreInput,
    ClassInput,
    HomeInput,
    ScenarioNote,
    Spread,
    StudyScenario,
)

if TYPE_CHECKING:
    from entrepot.kernel.rulebook.dictionary import FactDictionary
    from entrepot.services.facts_model import Facts

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_ROOT = ("study", "title", "day", "hours", "scale", "price_device", "centres", "classes", "homes")
_ROOT_MORE = (
    "text",
    "warm_hours",
    "seed",
    "seeds",
    "short_below",
    "base",
    "series",
    "anchors",
    "regions",
)
_QUANTILES = ("p50", "p90", "p99", "max")
HOURS_MAX = 24 * 31


def read_study(data: bytes, name: str, facts: Facts, dictionary: FactDictionary) -> StudyScenario:
    """Read a scenario.

    Args:
        data: bytes of the file, YAML.
        name: file name for messages.
        facts: centres, devices, places, traces and figures that it may name.
        dictionary: facts that the gate knows.

    Raises:
        Invalid: not YAML, a field missing, unknown or without meaning; all of them stand in
            ``fields`` with file, line and field.
    """
    located = load_yaml(data, name)
    fields = _Scenario(Fields(located), facts, dictionary)
    found = fields.root(located.value, sha256_hex(data))
    if fields.read.problems:
        raise InvalidFile(fields.read.problems)
    return found


class _Scenario:
    """The parts of a scenario."""

    def __init__(self, read: Fields, facts: Facts, dictionary: FactDictionary) -> None:
        self.read, self.facts, self.dictionary = read, facts, dictionary
        self.centres: Mapping[str, int] = {}
        self.classes: Mapping[str, int] = {}

    def root(self, value: object, digest: str) -> StudyScenario:
        read = self.read
        given = read.mapping((), value, _ROOT, (*_ROOT_MORE, "notes"))
        lists = {
            key: read.items((key,), given.get(key, []), least)
            for key, least in (("centres", 1), ("classes", 1), ("homes", 1), ("series", 0))
        }
        lists |= {key: read.items((key,), given.get(key, [])) for key in ("anchors", "notes")}
        self.centres, self.classes = known_names(lists["centres"]), known_names(lists["classes"])
        for key in ("centres", "classes", "homes"):
            read.once((key,), lists[key])
        name = read.text(("study",), given.get("study"))
        if not _NAME.match(name):
            read.fault(("study",), N_("a name is of 1 to 40 small letters, digits and hyphens."))
        centres = tuple(self._centre(*each) for each in _each("centres", lists))
        homes = tuple(self._home(*each) for each in _each("homes", lists))
        series = tuple(series_of(read, *each) for each in _each("series", lists))
        if sum(len(each.values) for each in series) > POINTS_MAX:
            read.fault(("series",), N_("a study has {most} points at most."), most=POINTS_MAX)
        whole = self._whole_of(given)
        where = {*self.centres, *(each.id for each in homes), *(each.region for each in centres)}
        return StudyScenario(
            name,
            read.words(("title",), given.get("title")),
            read.words(("text",), given["text"]) if "text" in given else {},
            self._day(given.get("day")),
            whole("hours", 168, 1, HOURS_MAX),
            whole("warm_hours", 24, 0, HOURS_MAX),
            whole("seed", 1, 0),
            whole("seeds", 5, 1, SEEDS_MAX),
            whole("scale", 1, 1, 10**6),
            whole("short_below", 90, 1, 100),
            read.choice(("price_device",), given.get("price_device"), self._priced()),
            self._regions(given.get("regions", {}), centres, homes),
            centres,
            tuple(self._class(*each) for each in _each("classes", lists)),
            homes,
            point_of(read, given.get("base", {})),
            series,
            tuple(self._anchor(path, item, where) for path, item in _each("anchors", lists)),
            tuple(self._note(*each) for each in _each("notes", lists)),
            digest,
        )

    def _regions(
        self, value: object, centres: tuple[CentreInput, ...], homes: tuple[HomeInput, ...]
    ) -> dict[str, dict[str, str]]:
        """Read the names of regions."""
        known = {each.region for each in (*centres, *homes)}
        given = self.read.names(("regions",), value)
        return {
            name: self.read.words(("regions", name), words)
            for name, words in given.items()
            if self.read.choice(("regions", name), name, known)
        }

    def _whole_of(self, given: Mapping[str, object]) -> Callable[..., int]:
        """Return a reader of whole numbers by key: usual value, least, most."""

        def whole(key: str, usual: int, low: int, high: int = 10**9) -> int:
            return self.read.whole((key,), given.get(key, usual), low, high)

        return whole

    def _day(self, value: object) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.read.fault(("day",), N_("a day, YYYY-MM-DD, belongs here."))
            return date(2026, 1, 1)

    def _priced(self) -> set[str]:
        return {offer.device_id for offer in self.facts.public_offers.values()}

    def _rated(self) -> set[str]:
        """Return devices whose power and dense FP16 peak are known."""
        from entrepot.services.study_prices import fp16_mflops

        found = self.facts.devices.values()
        return {each.id for each in found if each.tdp_w and fp16_mflops(each)}

    def _centre(self, path: Path, value: object) -> CentreInput:
        read = self.read
        more = (
            "p",
            "devices",
            "offered_percent",
            "price_percent",
            "pue",
            "green_percent",
            "export",
            "name",
        )
        given = read.mapping(path, value, ("id", "region", "device"), more)
        if ("p" in given) == ("devices" in given):
            read.fault(path, N_("a centre has either p or devices."))
        pue = given.get("pue")
        found_pue = None if pue is None else read.scaled((*path, "pue"), pue, MILLI, 5)
        if found_pue is not None and found_pue < MILLI:
            read.fault((*path, "pue"), N_("a PUE is at least 1."))
        green = given.get("green_percent")
        return CentreInput(
            read.choice((*path, "id"), given.get("id"), self.facts.centres),
            read.text((*path, "region"), given.get("region")),
            read.choice((*path, "device"), given.get("device"), self._rated()),
            read.scaled((*path, "p"), given["p"], MILLI) if "p" in given else None,
            read.whole((*path, "devices"), given["devices"], 1) if "devices" in given else None,
            read.whole((*path, "offered_percent"), given.get("offered_percent", 100), 1, 100),
            read.whole((*path, "price_percent"), given.get("price_percent", 100), 1, 1000),
            found_pue,
            None if green is None else read.whole((*path, "green_percent"), green, 0, 100),
            read.facts((*path, "export"), given.get("export"), self.dictionary, "placement"),
            read.words((*path, "name"), given["name"]) if "name" in given else {},
        )

    def _class(self, path: Path, value: object) -> ClassInput:
        read = self.read
        needed = ("id", "name", "devices", "length", "hours_most", "patience_hours", "worth_hkd")
        more = ("shares", "latency_ms", "data", "return", "placement")
        given = read.mapping(path, value, needed, more)
        worth = read.items((*path, "worth_hkd"), given.get("worth_hkd"), 2)
        cents = [
            read.scaled((*path, "worth_hkd", n), each, PPM, 10**4) for n, each in enumerate(worth)
        ]
        low, high = (*cents, 0, 0)[:2]
        if len(worth) > 2 or low > high:
            read.fault((*path, "worth_hkd"), N_("two numbers belong here, the lesser first."))
        return ClassInput(
            read.text((*path, "id"), given.get("id")),
            read.words((*path, "name"), given.get("name")),
            self._spread((*path, "devices"), given.get("devices"), MILLI),
            self._spread((*path, "length"), given.get("length"), 1),
            read.yes((*path, "shares"), given.get("shares", False)),
            read.whole((*path, "hours_most"), given.get("hours_most"), 1, HOURS_MAX),
            read.whole((*path, "patience_hours"), given.get("patience_hours"), 0, HOURS_MAX),
            read.scaled((*path, "latency_ms"), given.get("latency_ms", 0), MILLI, 10_000),
            (low, max(low, high)),
            read.facts((*path, "data"), given.get("data"), self.dictionary, "leg"),
            read.facts((*path, "return"), given.get("return"), self.dictionary, "leg"),
            read.facts((*path, "placement"), given.get("placement"), self.dictionary, "placement"),
        )

    def _spread(self, path: Path, value: object, scale: int) -> Spread:
        """Read a trace by name, or quantiles in devices or seconds."""
        if isinstance(value, str):
            return Spread(self.read.choice(path, value, self.facts.traces))
        given = self.read.mapping(path, value, _QUANTILES)
        most = 10**4 if scale == MILLI else 10**8
        parts = [
            self.read.scaled((*path, key), given.get(key, 0), scale, most) for key in _QUANTILES
        ]
        if sorted(parts) != parts or parts[-1] < 1:
            self.read.fault(path, N_("quantiles rise from p50 to max, which is above nought."))
        return Spread(None, tuple(parts))

    def _home(self, path: Path, value: object) -> HomeInput:
        read = self.read
        needed = ("id", "name", "place", "region", "firms", "asked_devices", "own", "mix")
        given = read.mapping(path, value, needed, ("busy", "profile", "instruments"))
        busy = read.mapping((*path, "busy"), given.get("busy", {}), (), ("from", "to", "weight"))
        hours = tuple(
            read.whole((*path, "busy", key), busy.get(key, usual), low, most)
            for key, usual, low, most in (
                ("from", 0, 0, 23),
                ("to", 24, 1, 24),
                ("weight", 1, 1, 100),
            )
        )
        held = read.items((*path, "instruments"), given.get("instruments", []))
        known = self._instruments()
        return HomeInput(
            read.text((*path, "id"), given.get("id")),
            read.words((*path, "name"), given.get("name")),
            read.choice((*path, "place"), given.get("place"), self.facts.places),
            read.text((*path, "region"), given.get("region")),
            read.whole((*path, "firms"), given.get("firms"), 1, 10**7),
            read.whole((*path, "asked_devices"), given.get("asked_devices"), 0, 10**7),
            read.weights((*path, "own"), given.get("own"), self.centres),
            read.weights((*path, "mix"), given.get("mix"), self.classes),
            (hours[0], hours[1], hours[2]),
            self._profile((*path, "profile"), given.get("profile")),
            tuple(
                read.choice((*path, "instruments", n), each, known) for n, each in enumerate(held)
            ),
        )

    def _profile(self, path: Path, value: object) -> dict[str, object]:
        """Read facts of a firm: of a leg, or of a placement."""
        given = {} if value is None else self.read.names(path, value)
        legs = {n for n, f in self.dictionary.facts.items() if "leg" in f.scopes}
        found: dict[str, object] = {}
        for name, item in given.items():
            scope = "leg" if name in legs else "placement"
            found |= self.read.facts(path, {name: item}, self.dictionary, scope)
        return found

    def _instruments(self) -> set[str]:
        return set(self.dictionary.facts["instruments_in_force"].domain)

    def _anchor(self, path: Path, value: object, where: set[str]) -> Anchor:
        read = self.read
        needed = ("fact", "measure", "where", "scheme", "test", "role")
        given = read.mapping(path, value, needed, ("within",))
        choices = (
            ("fact", self.facts.demand),
            ("measure", ("used", "unmet", "short")),
            ("where", where),
            ("scheme", SCHEMES),
            ("test", ("near", "below")),
            ("role", ("calibrated", "checked")),
        )
        words = [read.choice((*path, key), given.get(key), known) for key, known in choices]
        fact, measure, place, scheme, test, role = words
        return Anchor(
            fact,
            measure,
            place,
            scheme,
            test,
            role,
            read.whole((*path, "within"), given.get("within", 3), 0, 100),
        )

    def _note(self, path: Path, value: object) -> ScenarioNote:
        given = self.read.mapping(path, value, ("about", "kind", "text"))
        return ScenarioNote(
            self.read.text((*path, "about"), given.get("about")),
            self.read.choice((*path, "kind"), given.get("kind"), KINDS),
            self.read.words((*path, "text"), given.get("text")),
        )


def _each(key: str, lists: Mapping[str, list[object]]) -> list[tuple[Path, object]]:
    return [((key, place), item) for place, item in enumerate(lists[key])]
