"""Runs a program on a terminal of its own, types on it, and says what happened.

python3 terminal.py STEPS PROGRAM ARGUMENT...

STEPS is JSON: for each step the text to wait for, and what is typed when the terminal is in raw mode
then. Prints JSON: all that came on the screen, how the program ended, and the terminal's mode
afterwards. What does not come within two minutes is an error.
"""

import fcntl
import json
import os
import pty
import select
import sys
import termios
import time

DEADLINE = time.monotonic() + 120


def mode_of(terminal):
    flags = termios.tcgetattr(terminal)[3]
    if flags & termios.ICANON and flags & termios.ECHO:
        return "lines"
    return "raw" if not flags & (termios.ICANON | termios.ECHO | termios.ISIG) else "other"


def main():
    steps = json.loads(sys.argv[1])
    controller, terminal = pty.openpty()
    child = os.fork()
    if child == 0:
        os.close(controller)
        login(terminal)
        os.execvp(sys.argv[2], sys.argv[2:])

    screen = b""
    seen = 0

    def read(seconds):
        nonlocal screen
        ready, _, _ = select.select([controller], [], [], seconds)
        if ready:
            screen += os.read(controller, 65536)
        return bool(ready)

    def until(condition, what):
        while not condition():
            if time.monotonic() > DEADLINE:
                os.kill(child, 9)
                sys.exit(f"{what} did not come; on the screen: {screen.decode(errors='replace')}")
            read(0.05)

    for step in steps:
        text = step["wait"].encode()
        until(lambda: text in screen[seen:], step["wait"])
        seen = screen.index(text, seen) + len(text)
        until(lambda: mode_of(terminal) == "raw", "raw mode")
        os.write(controller, step["type"].encode())

    ended = []

    def has_ended():
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid != 0:
            ended.append(os.waitstatus_to_exitcode(status))
        return pid != 0

    until(has_ended, "the program's end")
    while read(0):
        pass
    print(
        json.dumps(
            {
                "screen": screen.decode(errors="replace"),
                "code": ended[0],
                "mode": mode_of(terminal),
            }
        )
    )


def login(terminal):
    """As os.login_tty does, which Python has from 3.11 on."""
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(terminal, descriptor)
    if terminal > 2:
        os.close(terminal)


main()
