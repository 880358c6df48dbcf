"""The data gate: where a job and its data may go, under which instruments and duties."""
