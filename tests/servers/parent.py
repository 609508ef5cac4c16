"""What a server that the tests start says to its parent, and how it learns that the parent has ended."""

import json
import os
import sys
import threading


def ready(**facts):
    """One line of JSON on standard output: the server answers from now on."""
    print(json.dumps(facts), flush=True)


def end_with_parent():
    """The parent holds our standard input open for as long as it lives, however it ends."""

    def wait():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
