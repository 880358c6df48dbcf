"""Last step before the job, inside the sandbox: limits, unprivileged user, then the job.

The text of this file is given to a bare Python, so it imports the standard library only.
It reads its orders from one descriptor and writes one letter to another: ``S`` as it hands
over to the job, ``F`` when there is no such program, ``P`` when it may not be run.
"""

import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38


def main(orders_fd: int, status_fd: int) -> None:
    """Carry out the orders; returns only by becoming the job, or by leaving the process."""
    with os.fdopen(orders_fd, encoding="utf-8") as file:
        orders = json.load(file)
    os.set_inheritable(status_fd, False)
    try:
        # If the machine runs out of memory, the job goes first.
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass
    os.chdir(orders["folder"])
    os.umask(0o022)
    for name, value in orders["limits"].items():
        limit(getattr(resource, name), value)
    if orders["uid"]:
        os.setgroups([])
        os.setresgid(orders["uid"], orders["uid"], orders["uid"])
        os.setresuid(orders["uid"], orders["uid"], orders["uid"])
    if orders["bare"]:
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    become(orders["command"], orders["env"], status_fd)


def limit(which: int, value: int) -> None:
    """Lower a limit; a limit that is lower already stays."""
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))


def become(command: "list[str]", env: "dict[str, str]", status_fd: int) -> None:
    """Replace this process by the job, or say why not and leave with the shell's code."""
    os.write(status_fd, b"S")
    try:
        os.execvpe(command[0], command, env)
    except (FileNotFoundError, NotADirectoryError):
        os.write(status_fd, b"F")
        os._exit(127)
    except OSError:
        os.write(status_fd, b"P")
        os._exit(126)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
