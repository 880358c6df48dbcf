"""The roof: settings → adapters → services → faces. The only place that knows everything.

Everything is made at its first use: ``entrepot --help`` opens no database and reads no facts.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from entrepot.adapters.agent_port import AgentDesk
from entrepot.adapters.auction_port import AuctionFiles
from entrepot.adapters.backends_port import Backends
from entrepot.adapters.cluster_port import ClusterReaders
from entrepot.adapters.history_port import History
from entrepot.adapters.identity_port import Identity
from entrepot.adapters.imports.user_file import read_file
from entrepot.adapters.money_files import MoneyFiles
from entrepot.adapters.picture_port import PictureFiles
from entrepot.adapters.sealing_port import Seals
from entrepot.adapters.study_port import StudyDesk
from entrepot.adapters.trace_port import TraceReaders
from entrepot.adapters.upload_port import Uploads
from entrepot.kernel.errors import Fault, NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.roof_commands import RunsCommands
from entrepot.services.settings import Settings

if TYPE_CHECKING:
    from entrepot.adapters.backends.local.backend import LocalBackend
    from entrepot.adapters.documents.paper import PaperMaker
    from entrepot.adapters.sql.database import SqlDatabase
    from entrepot.adapters.sql.store import SqlStore
    from entrepot.adapters.system import RandomIds, SystemClock
    from entrepot.domain.outbound.model import TaxBook
    from entrepot.domain.outbound.scenario import Scenario
    from entrepot.domain.vouchers.model import Programme
    from entrepot.kernel.compute import Rating
    from entrepot.kernel.rulebook.table import Rulebook
    from entrepot.services.app import Fx
    from entrepot.services.backend_port import Backend
    from entrepot.services.declaration import JobSpec
    from entrepot.services.definitions import CentreDefinition, FirmDefinition
    from entrepot.services.facts_model import Facts
    from entrepot.services.fx_rates import RateBook
    from entrepot.services.gate_batch import StatedCase
    from entrepot.services.ports_agent_desk import AgentTell
    from entrepot.services.ports_fx import Fixing
    from entrepot.services.ports_gate_records import TreeDigest
    from entrepot.services.questionnaire import Answers
    from entrepot.services.readings import FactsReport, PriceList
    from entrepot.services.vouchers_columns import Table
    from entrepot.services.worked_case import WorkedCase

DATABASE = "entrepot.db"
GC_THRESHOLD = 50_000
"""Objects made before the collector looks; its own default is 700."""

T = TypeVar("T")


class EmbeddedApp(
    AgentDesk,
    Backends,
    MoneyFiles,
    AuctionFiles,
    PictureFiles,
    Seals,
    ClusterReaders,
    TraceReaders,
    History,
    Identity,
    RunsCommands,
    StudyDesk,
    Uploads,
):
    """The exchange in one process over one home folder; see :class:`entrepot.services.app.App`.

    Args:
        settings: settings of the home.
        create: make the home if it is not there; False refuses.
    """

    def __init__(self, settings: Settings, *, create: bool = False) -> None:
        self.settings = settings
        self.home = Path(settings.home).expanduser().absolute()
        self._create = create
        self._parts: dict[str, object] = {}

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """Make a part at its first use and keep it.

        A cached property would do, but type checkers do not see it as the property of a port.
        """
        if name not in self._parts:
            self._parts[name] = make()
        return cast("T", self._parts[name])

    @property
    def clock(self) -> SystemClock:
        """Time of the machine."""
        return self._once("clock", self._make_clock)

    def _make_clock(self) -> SystemClock:
        from entrepot.adapters.system import SystemClock

        return SystemClock()

    @property
    def ids(self) -> RandomIds:
        """Fresh ids."""
        return self._once("ids", self._make_ids)

    def _make_ids(self) -> RandomIds:
        from entrepot.adapters.system import RandomIds

        return RandomIds()

    @property
    def store(self) -> SqlStore:
        """The database of the home.

        Raises:
            NotFound: there is no home, and it may not be made.
            Fault: the folder cannot be made.
        """
        return self._once("store", self._make_store)

    def _make_store(self) -> SqlStore:
        from entrepot.adapters.sql.store import SqlStore

        if not self.exists():
            if not self._create:
                raise NotFound(
                    "home.missing",
                    N_("There is no home at {path}."),
                    hint=N_("Make one: entrepot init, or play the demonstration: entrepot demo"),
                    path=str(self.home),
                )
            make_folder(self.home)
        head = self.home / "journal.head"
        return SqlStore(self._database_url, self.ids.new("H"), head, create=self._create)

    @property
    def _database_url(self) -> str:
        return self.settings.db or f"sqlite:///{self.home / DATABASE}"

    @property
    def database(self) -> SqlDatabase:
        """The database as a thing to look at, migrate, copy, save and bring back."""
        return self._once("database", self._make_database)

    def _make_database(self) -> SqlDatabase:
        from entrepot.adapters.sql.database import SqlDatabase

        return SqlDatabase(self._database_url, self.home)

    def exists(self) -> bool:
        """Say whether the home holds a database."""
        return bool(self.settings.db) or (self.home / DATABASE).exists()

    @property
    def _overrides(self) -> Path | None:
        return Path(self.settings.facts).expanduser() if self.settings.facts else None

    @property
    def _cache(self) -> Path:
        """Folder of what is made again at any time; outside the home until there is one."""
        if self.exists() and not self.settings.db:
            return self.home / "cache"
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        return Path(base).expanduser() / "entrepot"

    @property
    def facts(self) -> Facts:
        """Shipped facts with the operator's overrides."""
        return self._once("facts", self._make_facts)

    def _make_facts(self) -> Facts:
        from entrepot.adapters.imports.facts import load_facts

        return load_facts(self._shipped, self._overrides, self._cache)

    @property
    def _shipped(self) -> Path:
        return Path(str(resources.files("entrepot") / "facts"))

    @property
    def rulebook(self) -> Rulebook:
        """Tables of the gate with their dictionary."""
        return self._once("rulebook", self._make_rulebook)

    def _make_rulebook(self) -> Rulebook:
        from entrepot.kernel.rulebook.load import load_rulebook

        return load_rulebook(self.gate_texts)

    @property
    def gate_texts(self) -> Mapping[str, str]:
        """Files of the rulebook with their texts, read once: kept texts are those that decide."""
        return self._once("gate_texts", self._make_gate_texts)

    def _make_gate_texts(self) -> dict[str, str]:
        from entrepot.adapters.imports.rules import gate_texts

        return gate_texts(self._shipped, self._overrides)

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Voucher programmes."""
        return self._once("programmes", self._make_programmes)

    def _make_programmes(self) -> tuple[Programme, ...]:
        from entrepot.adapters.imports.rules import load_voucher_programmes

        return load_voucher_programmes(self._shipped, self._overrides, self.rulebook)

    @property
    def proposed(self) -> tuple[Programme, ...]:
        """Voucher programmes that are only proposed; none of them is ever quoted."""
        return self._once("proposed", self._make_proposed)

    def _make_proposed(self) -> tuple[Programme, ...]:
        from entrepot.adapters.imports.rules import load_proposed_programmes

        return load_proposed_programmes(self._shipped, self._overrides, self.rulebook)

    @property
    def tax(self) -> TaxBook:
        """Parameters and rules of tax."""
        return self._once("tax", self._make_tax)

    def _make_tax(self) -> TaxBook:
        from entrepot.adapters.imports.rules import load_tax_book

        return load_tax_book(self._shipped, self._overrides, self.rulebook)

    @property
    def fx(self) -> Fx:
        """Rates of exchange by day."""
        return self._once("fx", self._make_fx)

    def _make_fx(self) -> RateBook:
        from entrepot.adapters.imports.fx_history import load_fx_history
        from entrepot.services.fx_rates import RateBook

        stale_days = self.settings.fx_stale_days
        return RateBook(load_fx_history(self._cache), self._find_fixings, stale_days)

    def _find_fixings(self, pairs: Sequence[str], day: str) -> dict[str, Fixing]:
        if not self.exists():
            return {}
        with self.store.reading() as uow:
            found = {pair: uow.fx.last_fixing(pair, day) for pair in pairs}
        return {pair: fixing for pair, fixing in found.items() if fixing is not None}

    @property
    def documents(self) -> PaperMaker:
        """Maker and reader of documents."""
        return self._once("documents", self._make_documents)

    def _make_documents(self) -> PaperMaker:
        from entrepot.adapters.documents.paper import PaperMaker

        return PaperMaker(self.settings.branch_name)

    def backend(self, name: str) -> Backend:
        """Return the backend of that name.

        Raises:
            NotFound: none of that name is built in, or described in the home's file of backends.
        """
        if name == "agent":
            return self._agents
        if name == "local":
            return self._local
        return self._once(f"backend {name}", lambda: self.cluster(name))

    @cached_property
    def _agents(self) -> Backend:
        from entrepot.services.agent_backend import AgentBackend

        return AgentBackend(self)

    def enrol_agent(self, folder: Path, token: str, name: str) -> Mapping[str, object]:
        """Enrol the agent of a folder at this home."""
        from entrepot.faces.agent.process import enrol_here

        return enrol_here(self, self.workplace(folder), token, name)

    def run_agent(self, folder: Path, slots: int, polls: int | None, tell: AgentTell) -> None:
        """Run the agent of a folder against this home until it is asked to stop."""
        from entrepot.faces.agent.process import run_here

        run_here(self, self.workplace(folder), slots, polls, tell)

    @cached_property
    def _local(self) -> LocalBackend:
        from entrepot.adapters.backends.local.backend import LocalBackend

        return LocalBackend(self.home)

    def meter_key(self, centre_id: str) -> str:
        """Return the public key of a centre's meters, made if need be, hexadecimal."""
        return self._local.public_key(centre_id).hex()

    def verify(self, public_key: str, message: bytes, signature: bytes) -> bool:
        """Say whether the holder of a centre's key signed a message."""
        from entrepot.adapters.identity.signing import verify

        return verify(bytes.fromhex(public_key), message, signature)

    def example(self, name: str) -> Path:
        """Return the path of a shipped example."""
        shipped = Path(str(resources.files("entrepot") / "examples"))
        if not shipped.is_dir():  # a work tree keeps them beside src
            shipped = Path(__file__).parents[2] / "examples"
        return shipped / name

    def read_job(self, path: Path) -> JobSpec:
        """Read a job file."""
        from entrepot.adapters.imports.job_file import read_job

        devices = self.facts.devices.values()
        words = {word for d in devices for word in (d.id, d.name, d.family)}
        folder, dictionary = path.absolute().parent, self.rulebook.dictionary
        return read_job(read_file(path), str(path), folder, words, dictionary)

    def read_firm(self, path: Path) -> FirmDefinition:
        """Read the file of a firm."""
        from entrepot.adapters.imports.definitions import read_firm

        return read_firm(read_file(path), str(path), self.rulebook.dictionary)

    def read_centre(self, path: Path) -> CentreDefinition:
        """Read the file of a centre."""
        from entrepot.adapters.imports.definitions import read_centre

        dictionary = self.rulebook.dictionary
        devices, backends = self.facts.devices, self.backend_names()
        return read_centre(read_file(path), str(path), devices, dictionary, backends)

    def digest_of(self, path: Path, told: Callable[[int, int], None]) -> TreeDigest:
        """Read a file or folder whole and tell how far it is."""
        from entrepot.adapters.imports.tree_digest import digest_of

        return digest_of(path, told)

    def read_cases(self, path: Path) -> list[dict[str, object]]:
        """Read a file with one case or several, as plain values."""
        from entrepot.adapters.imports.case_file import read_cases

        return read_cases(read_file(path), str(path))

    def read_scenarios(self, path: Path) -> list[Scenario]:
        """Read a file of tax scenarios."""
        from entrepot.adapters.imports.scenario_file import read_scenarios

        return read_scenarios(read_file(path), str(path), self.rulebook.dictionary)

    def read_answers(self, path: Path) -> Answers:
        """Read a file of answers to questions of the gate."""
        from entrepot.adapters.imports.answers_file import read_answers

        return read_answers(read_file(path), str(path), self.rulebook.dictionary)

    def read_stated_cases(self, path: Path) -> Iterator[StatedCase]:
        """Read a file of cases one by one, each with its place in the file."""
        from entrepot.adapters.imports.case_stream import read_stated_cases

        return read_stated_cases(read_file(path), str(path))

    def read_columns(self, path: Path) -> Table:
        """Read a file of voucher cases as columns: CSV or Parquet."""
        from entrepot.adapters.imports.columns_file import read_columns
        from entrepot.services.vouchers_columns import number_columns

        numbers = number_columns(self.rulebook.dictionary)
        return read_columns(read_file(path), str(path), numbers)

    def write_columns(self, table: Table, path: Path) -> None:
        """Write columns to a file, CSV or Parquet by its name, whole or not at all."""
        from entrepot.adapters.imports.columns_file import write_columns
        from entrepot.adapters.system import write_whole

        write_whole(path, write_columns(table, str(path)))

    def rule_texts(self) -> dict[str, str]:
        """Return the rule files in effect, the operator's in place of the shipped: name → text."""
        from entrepot.adapters.imports.rules import rule_texts

        return rule_texts(self._shipped, self._overrides)

    def read_rule_text(self, path: Path) -> str:
        """Read the text of a rule file."""
        return read_file(path).decode("utf-8", errors="replace")

    def worked_cases(self) -> list[WorkedCase]:
        """Return the worked cases that stand beside the rules."""
        from entrepot.adapters.imports.worked_cases import load_worked_cases

        return load_worked_cases(self._shipped, self._overrides)

    def check_facts(self) -> FactsReport:
        """Check every row of every facts file, rules included."""
        from entrepot.adapters.imports.facts import check_facts

        return check_facts(self._shipped, self._overrides)

    def fact_kinds(self) -> tuple[str, ...]:
        """Return the names of the kinds of fact other than rules."""
        from entrepot.adapters.imports.facts import KINDS

        return tuple(KINDS)

    def fact_table(self, kind: str) -> Mapping[str, object]:
        """Return the facts of a kind by id."""
        from entrepot.adapters.imports.facts import table_of

        return table_of(self.facts, kind)

    def read_prices(
        self, path: Path, form: str, provider: str, as_of: str, *, skip_bad: bool
    ) -> PriceList:
        """Read a file of list prices."""
        from entrepot.adapters.imports.price_lists import read_prices

        return read_prices(
            read_file(path), path.name, form, self.facts, provider, as_of, skip_bad=skip_bad
        )

    @property
    def processors(self) -> int:
        """Number of processors of this machine that this process may use."""
        return len(os.sched_getaffinity(0))

    def measure(self, seconds: int) -> list[Rating]:
        """Rate this machine by a real matrix multiplication."""
        from entrepot.adapters.backends.measure import measure_host

        return measure_host(local_day(self.clock.now()), seconds)

    def save(self, name: str, data: bytes) -> Path:
        """Write a document under the home, whole or not at all; return where it lies."""
        from entrepot.adapters.system import write_whole

        return write_whole(self.home / "documents" / name, data)

    def serve(self, host: str, port: int, ready: Callable[[str], None]) -> None:
        """Serve the API and the console until the process is asked to stop."""
        from entrepot.faces.api.server import serve
        from entrepot.faces.web.routes import routes

        serve(self, host, port, ready, routes(self))


def make_folder(path: Path) -> None:
    """Make a home folder that only its owner may read.

    Raises:
        Fault: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Fault(
            "home.unwritable",
            N_("The home folder {path} cannot be made: {why}."),
            hint=N_("Give write permission, or choose another --home."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error


def open_app(settings: Settings, *, create: bool = False) -> EmbeddedApp:
    """Make the exchange for one call of the program.

    Args:
        settings: settings of the home.
        create: make the home if it is not there.
    """
    return EmbeddedApp(settings, create=create)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    from entrepot.faces.cli.main import run

    # Imports make many lasting objects; looking through them again and again costs a tenth.
    gc.set_threshold(GC_THRESHOLD)
    sys.exit(run(open_app, arguments))
