#!/bin/sh
# Make the virtual environment: the packages of the lock, each checked by its hash, then entrepôt.
set -eu

venv=${1:-.venv}
python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "✗ entrepôt needs Python 3.11 or newer; $python is $("$python" -V 2>&1)."
    say "To fix: make setup PYTHON=/path/to/python3.11"
    exit 2
fi

if [ ! -x "$venv/bin/python" ]; then
    say "→ making $venv"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv "$venv"
    else
        # Debian splits ensurepip off; the machine's own pip can fill the empty environment.
        "$python" -m venv --without-pip "$venv"
    fi
fi

if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    pip() { "$venv/bin/python" -m pip "$@"; }
else
    pip() { "$python" -m pip --python "$venv/bin/python" "$@"; }
fi

say "→ installing the packages of requirements-dev.lock (a few minutes the first time)"
pip install --quiet --require-hashes -r requirements-dev.lock
say "→ installing entrepôt"
pip install --quiet --no-deps --no-build-isolation -e .
say "✓ ready: $venv/bin/entrepot"
