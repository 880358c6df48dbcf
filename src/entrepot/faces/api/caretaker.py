"""Care of what is open while the server runs: jobs are taken forward, late leases given back.

Every step is one transaction under its own key, so several processes may do the same.
"""

from __future__ import annotations

import logging
import threading

from entrepot.kernel.errors import EntrepotError
from entrepot.services.app import App
from entrepot.services.finish_job import recover

PAUSE_S = 1
_log = logging.getLogger("entrepot.api")


class Caretaker:
    """A thread that looks after open work until it is told to stop.

    Args:
        app: the exchange, acting as the house.
        pause_s: seconds between two looks.
    """

    def __init__(self, app: App, pause_s: int = PAUSE_S) -> None:
        self._app, self._pause_s = app, pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="caretaker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the look that is going on, and end."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(self._pause_s):
            try:
                recover(self._app)
            except EntrepotError as error:
                _log.warning("open work waits: %s", error)
            except Exception as error:
                _log.error("open work waits", exc_info=error)
