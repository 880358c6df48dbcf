#!/bin/sh
# Pin every dependency with hashes. No index address is written, so that any mirror serves.
set -eu
export CUSTOM_COMPILE_COMMAND="make lock"

compile() {
    python -m piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options "$@"
}

compile pyproject.toml -o requirements.lock
compile --extra docs --extra dev --extra postgres -c requirements.lock \
    pyproject.toml -o requirements-dev.lock
python tools/check_locks.py
