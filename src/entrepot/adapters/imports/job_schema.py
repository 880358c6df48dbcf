"""Every key of a job file: the one table that drives reading and the reference page."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class JobKey:
    """One key of a job file.

    Attributes:
        path: dotted path of the key.
        type: how the value is read: a name of ``job_readers.READERS``, ``section`` or ``facts``.
        unit: unit of the value, empty for words.
        default: value when the key is absent; None = nothing is asked.
        required: the key must be there, if the section that holds it is.
        description: one sentence.
        example: a value as written.
    """

    path: str
    type: str
    description: str
    example: str = ""
    unit: str = ""
    default: str | int | None = None
    required: bool = False

    @property
    def parent(self) -> str:
        """Path of the section that holds the key; empty for the root."""
        return self.path.rpartition(".")[0]

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition(".")[2]


KEYS: tuple[JobKey, ...] = (
    JobKey("job", "name", N_("Short name of the job."), "idphoto", required=True),
    JobKey("description", "text", N_("What the job does, in words."), "Compose a picture"),
    JobKey("run", "section", N_("What is run."), required=True),
    JobKey(
        "run.command",
        "command",
        N_("Program and arguments, as a list; python3 is the centre's Python."),
        "[python3, idphoto.py]",
        required=True,
    ),
    JobKey(
        "run.files",
        "paths",
        N_("Files that the job brings, relative to the job file."),
        "[idphoto.py]",
    ),
    JobKey(
        "run.outputs",
        "paths",
        N_("Files that come back, after the gate has judged the return leg."),
        "[portrait.png]",
    ),
    JobKey("run.env", "env", N_("Environment of the command."), "{SEED: 7}"),
    JobKey("resources", "section", N_("What is needed."), required=True),
    JobKey(
        "resources.device",
        "device",
        N_("Device, its memory and number; or any_of or ordered with a list of such."),
        "H100:80GB:1..8",
    ),
    JobKey(
        "resources.any_of",
        "devices",
        N_("Several devices; the cheapest offer of all wins."),
        "[H100:8, A100:8]",
    ),
    JobKey(
        "resources.ordered",
        "devices",
        N_("Several devices; the first that has an offer wins."),
        "[H100:8, A100:8]",
    ),
    JobKey(
        "resources.shared",
        "word",
        N_("Share of one device, when less than a whole one is enough."),
        "0.25",
        unit="devices",
    ),
    JobKey(
        "resources.cpus",
        "cpus",
        N_("Host processors; a lone number is the least."),
        "8+",
        unit="processors",
    ),
    JobKey(
        "resources.memory",
        "memory",
        N_("Host memory; a lone size is the least."),
        "16GB",
        unit="bytes",
    ),
    JobKey("resources.disk", "disk", N_("Least disk."), "10GB", unit="bytes"),
    JobKey(
        "resources.isolation",
        "isolation",
        N_(
            "Weakest isolation that is good enough: exclusive, mig, vgpu, mps or timeslice; "
            "without it, whole devices are exclusive and shares mig."
        ),
        "exclusive",
    ),
    JobKey(
        "resources.interruptible",
        "bool",
        N_("The seller may take the devices back."),
        "true",
        default="false",
    ),
    JobKey(
        "lease",
        "lease_kind",
        N_(
            "Kind of lease: bare_metal, vm, container, shared_unit or managed_job; each has the "
            "terms that the centre states."
        ),
        "bare_metal",
        default="managed_job",
    ),
    JobKey(
        "duration",
        "duration",
        N_("Longest run time, which is the time of the lease; at most 184 days."),
        "10m",
        unit="s, m, h, d",
        required=True,
    ),
    JobKey(
        "price_cap",
        "price_cap",
        N_("Most that the whole job may cost, net of vouchers."),
        "5.00 HKD",
        unit="HKD",
    ),
    JobKey("latency", "section", N_("How near the centre must be.")),
    JobKey("latency.from", "place", N_("Place from which latency counts."), "HK", default="HK"),
    JobKey(
        "latency.max_ms", "ms", N_("Longest round trip."), "60", unit="milliseconds", required=True
    ),
    JobKey(
        "green_share_min",
        "percent",
        N_("Least share of contracted green power."),
        "40%",
        unit="percent",
        default=0,
    ),
    JobKey("min_rating", "section", N_("Least speed of the whole lease.")),
    JobKey(
        "min_rating.p",
        "p",
        N_("Dense speed at the precision named."),
        "0.001",
        unit="PFLOPS",
        required=True,
    ),
    JobKey(
        "min_rating.precision",
        "precision",
        N_(
            "Number format in which the speed counts: fp64, fp32, tf32, fp16, bf16, fp8, fp4, int8."
        ),
        "fp64",
        required=True,
    ),
    JobKey(
        "regions",
        "regions",
        N_("Regions where the job may run; CN holds all of CN-…"),
        "[CN-GD]",
    ),
    JobKey(
        "jurisdictions",
        "places",
        N_("Jurisdictions where the job may run, ISO 3166-1."),
        "[CN, HK]",
    ),
    JobKey(
        "egress",
        "egress",
        N_("Expected size of all outputs together."),
        "10MB",
        unit="bytes",
        default=0,
    ),
    JobKey("data", "facts", N_("Facts of the data leg to the centre, by name of the dictionary.")),
    JobKey("data.from", "place", N_("Place from which the data leave."), "HK"),
    JobKey("data.manifest", "word", N_("Origin manifest of the data set."), "M-01…"),
    JobKey(
        "data.mix_checks",
        "names",
        N_("Checks of the models and corpora that the centre adds."),
        "[MX-01…]",
    ),
    JobKey("data.return", "facts", N_("Facts that differ on the way back, for the outputs.")),
    JobKey("placement", "facts", N_("Facts of the use that only the job knows.")),
    JobKey("vouchers", "facts", N_("Facts of a voucher claim that only the job knows.")),
)

FACT_SCOPES = {"data": "leg", "data.return": "leg", "placement": "placement", "vouchers": "voucher"}
"""Section of facts → scope of the fact dictionary."""


def job_schema() -> tuple[JobKey, ...]:
    """Return every key of a job file, in the order of the reference page.

    >>> [key.path for key in job_schema()][:2]
    ['job', 'description']
    """
    return KEYS
