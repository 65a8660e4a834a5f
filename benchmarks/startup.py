"""How long ``cmkit --help`` takes beside the smallest click program there is, in processor seconds."""

from __future__ import annotations

from benchmarks._measure import in_turn, line, python

RUNS = 11
LIMIT = 1.5
HELLO = "import click\n@click.command()\ndef hello():\n    'Hello.'\n    click.echo('hello')\nhello(['--help'])\n"


def run() -> bool:
    """Print the medians and their ratio; the ratio has a limit."""
    ours, hello, bare = in_turn([python("-m", "cmkit", "--help"), python("-c", HELLO), python("-c", "pass")], RUNS)
    print(f"start-up, processor milliseconds, medians of {RUNS}")
    line("python -c pass", bare.seconds * 1000, "ms")
    line("click hello --help", hello.seconds * 1000, "ms")
    line("cmkit --help", ours.seconds * 1000, "ms")
    return line("cmkit --help / click hello --help", ours.seconds / hello.seconds, "x", LIMIT)
