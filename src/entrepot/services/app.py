"""The exchange as a service sees it: state, facts and the world, behind one name.

The roof builds it lazily: a command that asks for no facts loads none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from entrepot.services.ports_agent_desk import WithAgentDesk
from entrepot.services.ports_clusters import ClusterFiles
from entrepot.services.ports_history import WithHistory
from entrepot.services.ports_identity_tools import WithIdentity
from entrepot.services.ports_remote import WithCommands
from entrepot.services.ports_seal import WithSeals
from entrepot.services.ports_studies import StudyFiles
from entrepot.services.ports_traces import TraceFiles
from entrepot.services.ports_uploads import SentJobs

if TYPE_CHECKING:  # annotations only: the roof knows what to load, and when
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from entrepot.domain.contracts.bank_statement import BankStatement
    from entrepot.domain.contracts.centre_month import CentreMonth
    from entrepot.domain.contracts.credit_note import CreditNote
    from entrepot.domain.contracts.matching import Confirmation
    from entrepot.domain.contracts.model import CentreStatement, Invoice
    from entrepot.domain.contracts.monthly import MonthInvoice
    from entrepot.domain.contracts.reminder import Reminder
    from entrepot.domain.outbound.model import TaxBook
    from entrepot.domain.outbound.scenario import Scenario
    from entrepot.domain.vouchers.model import Programme
    from entrepot.kernel.compute import Rating
    from entrepot.kernel.money import Asset, ExchangeRate
    from entrepot.kernel.rulebook.table import Rulebook
    from entrepot.services import records as r
    from entrepot.services.auction_folder import AuctionFolder
    from entrepot.services.backend_port import Backend
    from entrepot.services.bank_names import BankDayAsk
    from entrepot.services.call_ask import AskFile
    from entrepot.services.charts import Pictures
    from entrepot.services.declaration import JobSpec
    from entrepot.services.definitions import CentreDefinition, FirmDefinition
    from entrepot.services.facts_model import Facts
    from entrepot.services.fx_import import FixingRow
    from entrepot.services.gate_batch import StatedCase
    from entrepot.services.ledger_dump import LedgerDump
    from entrepot.services.manual_posting import Posting
    from entrepot.services.order_model import OrderFile
    from entrepot.services.plans import PlanFile
    from entrepot.services.ports import Clock, Ids, Store
    from entrepot.services.ports_database import Database
    from entrepot.services.ports_gate_records import TreeDigest
    from entrepot.services.questionnaire import Answers
    from entrepot.services.readings import FactsReport, PriceList
    from entrepot.services.settings import Settings
    from entrepot.services.usage_import import PlacedEvent
    from entrepot.services.vouchers_columns import Table
    from entrepot.services.worked_case import WorkedCase


class Fx(Protocol):
    """Rates of exchange by day."""

    def rate(self, base: Asset, quote: Asset, on: date) -> ExchangeRate:
        """Return the last rate fixed on or before the day."""
        ...

    def staleness_days(self, on: date) -> int:
        """Return how many days before ``on`` the last rate was fixed."""
        ...


class Documents(Protocol):
    """Documents made of frozen values; the same value gives the same document."""

    def invoice_pdf(self, invoice: Invoice, lang: str) -> bytes:
        """Return the invoice as PDF."""
        ...

    def payment_file(self, batch: r.Batch, centre: r.Centre) -> bytes:
        """Return the payment order of a batch as pain.001; the same batch, the same bytes."""
        ...

    def payment_order(self, batches: Sequence[tuple[r.Batch, r.Centre]], leg: str = "pay") -> bytes:
        """Return one order for several batches of one value date: pay them, or buy the RMB."""
        ...

    def bank_notices(self, files: Sequence[bytes]) -> list[Confirmation]:
        """Read the bank's files (pain.002, camt.053, camt.054)."""
        ...

    def bank_statements(self, files: Sequence[bytes]) -> list[BankStatement]:
        """Read the bank's statements (camt.053)."""
        ...

    def simulated_bank(self, order: bytes, behaviour: str, day: date) -> list[bytes]:
        """Return what a simulated bank answers to a payment order."""
        ...

    def simulate_folder(self, day: BankDayAsk) -> list[Path]:
        """Let a simulated bank work through one day between two folders; return what it wrote."""
        ...

    def statement_pdf(self, statement: CentreStatement, lang: str) -> bytes:
        """Return the centre's statement as PDF."""
        ...

    def month_pdf(self, invoice: MonthInvoice, lang: str) -> bytes:
        """Return the invoice of a month as PDF."""
        ...

    def credit_note_pdf(self, note: CreditNote, lang: str) -> bytes:
        """Return a credit note as PDF."""
        ...

    def centre_month_pdf(self, statement: CentreMonth, lang: str) -> bytes:
        """Return a month's statement to a centre as PDF."""
        ...

    def reminder_pdf(self, letter: Reminder, lang: str) -> bytes:
        """Return a reminder as PDF."""
        ...


class App(
    ClusterFiles,
    TraceFiles,
    StudyFiles,
    SentJobs,
    WithAgentDesk,
    WithCommands,
    WithSeals,
    WithHistory,
    WithIdentity,
    Protocol,
):
    """What a service may reach."""

    @property
    def home(self) -> Path:
        """Folder of the state."""
        ...

    @property
    def settings(self) -> Settings:
        """Settings of the home."""
        ...

    @property
    def actor(self) -> str:
        """Who acts, as journalled."""
        ...

    @property
    def store(self) -> Store:
        """The database."""
        ...

    @property
    def database(self) -> Database:
        """The database as a thing to look at, migrate, copy, save and bring back."""
        ...

    @property
    def clock(self) -> Clock:
        """Time."""
        ...

    @property
    def ids(self) -> Ids:
        """Fresh ids."""
        ...

    @property
    def facts(self) -> Facts:
        """Shipped facts with the operator's overrides."""
        ...

    @property
    def rulebook(self) -> Rulebook:
        """Tables of the gate."""
        ...

    @property
    def gate_texts(self) -> Mapping[str, str]:
        """Files of dictionary and gates with their texts, as the rulebook was read from them."""
        ...

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Voucher programmes."""
        ...

    @property
    def tax(self) -> TaxBook:
        """Parameters and rules of tax."""
        ...

    @property
    def fx(self) -> Fx:
        """Rates of exchange."""
        ...

    @property
    def documents(self) -> Documents:
        """PDF maker."""
        ...

    @property
    def pictures(self) -> Pictures:
        """Maker of pictures."""
        ...

    def write_picture(self, path: Path, data: bytes) -> Path:
        """Write the file of a picture, whole or not at all; folders are made."""
        ...

    def backend(self, name: str) -> Backend:
        """Return the backend that runs a centre's jobs."""
        ...

    def backend_names(self) -> tuple[str, ...]:
        """Return the names that a centre may give as its backend."""
        ...

    def verify(self, public_key: str, message: bytes, signature: bytes) -> bool:
        """Say whether the holder of a centre's key signed a message."""
        ...

    def meter_key(self, centre_id: str) -> str:
        """Return the public key of a centre's meters, made if need be, hexadecimal."""
        ...

    def example(self, name: str) -> Path:
        """Return the path of a shipped example."""
        ...

    def read_job(self, path: Path) -> JobSpec:
        """Read a job file."""
        ...

    def read_firm(self, path: Path) -> FirmDefinition:
        """Read the file of a firm."""
        ...

    def read_centre(self, path: Path) -> CentreDefinition:
        """Read the file of a centre."""
        ...

    def digest_of(self, path: Path, told: Callable[[int, int], None]) -> TreeDigest:
        """Read a file or folder whole; ``told`` is called with (bytes read, bytes in all)."""
        ...

    def read_cases(self, path: Path) -> list[dict[str, object]]:
        """Read a file with one case or several, as plain values."""
        ...

    def read_scenarios(self, path: Path) -> list[Scenario]:
        """Read a file of tax scenarios."""
        ...

    def read_answers(self, path: Path) -> Answers:
        """Read a file of answers to questions of the gate."""
        ...

    def read_fixings(self, path: Path) -> list[FixingRow]:
        """Read a file of fixings."""
        ...

    def read_posting(self, path: Path) -> Posting:
        """Read a file of a manual posting."""
        ...

    def read_plan(self, path: Path) -> PlanFile:
        """Read a file of a price plan."""
        ...

    def read_usage_events(self, path: Path) -> list[PlacedEvent]:
        """Read a file or folder of usage events."""
        ...

    @property
    def proposed(self) -> tuple[Programme, ...]:
        """Voucher programmes that are only proposed; none of them is ever quoted."""
        ...

    def read_stated_cases(self, path: Path) -> Iterable[StatedCase]:
        """Read a file of cases one by one, each with its place in the file."""
        ...

    def read_columns(self, path: Path) -> Table:
        """Read a file of voucher cases as columns: CSV or Parquet."""
        ...

    def write_columns(self, table: Table, path: Path) -> None:
        """Write columns to a file, CSV or Parquet by its name, whole or not at all."""
        ...

    def write_ledger(self, form: str, dump: LedgerDump, path: Path) -> int:
        """Write the ledger to a file, whole or not at all; return how many transfers it holds."""
        ...

    def write_rows(
        self, path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]
    ) -> tuple[Path, int]:
        """Write rows as CSV, whole or not at all; return where they lie and how many they are."""
        ...

    def read_ask(self, path: Path) -> AskFile:
        """Read a file of an ask of the auction."""
        ...

    def read_order(self, path: Path) -> OrderFile:
        """Read a file of an order of the auction, and the job that it names."""
        ...

    def read_auction(self, folder: Path) -> AuctionFolder:
        """Read the orders of a call of the auction as text."""
        ...

    def write_auction(self, folder: Path, auction: AuctionFolder) -> list[Path]:
        """Write the orders of a call; return the files."""
        ...

    def read_certificate(self, path: Path) -> Mapping[str, object]:
        """Read the certificate of an auction as plain values of JSON."""
        ...

    def write_certificate(self, path: Path, data: bytes) -> Path:
        """Write a certificate, whole or not at all."""
        ...

    def rule_texts(self) -> Mapping[str, str]:
        """Return the rule files in effect, the operator's in place of the shipped: name → text."""
        ...

    def read_rule_text(self, path: Path) -> str:
        """Read the text of a rule file."""
        ...

    def worked_cases(self) -> list[WorkedCase]:
        """Return the worked cases that stand beside the rules."""
        ...

    def check_facts(self) -> FactsReport:
        """Check every row of every facts file, rules included."""
        ...

    def fact_kinds(self) -> tuple[str, ...]:
        """Return the names of the kinds of fact other than rules."""
        ...

    def fact_table(self, kind: str) -> Mapping[str, object]:
        """Return the facts of a kind by id."""
        ...

    def read_prices(
        self, path: Path, form: str, provider: str, as_of: str, *, skip_bad: bool
    ) -> PriceList:
        """Read a file of list prices."""
        ...

    @property
    def processors(self) -> int:
        """Number of processors of this machine."""
        ...

    def measure(self, seconds: int) -> list[Rating]:
        """Rate this machine by a real matrix multiplication."""
        ...

    def save(self, name: str, data: bytes) -> Path:
        """Write a document under the home, whole or not at all; return where it lies."""
        ...

    def serve(self, host: str, port: int, ready: Callable[[str], None]) -> None:
        """Serve the public face until the process is asked to stop.

        ``ready`` is called once with the address of the page.
        """
        ...
