"""Run with ``python -m cmkit``."""

from cmkit.cli import main

if __name__ == "__main__":
    main()
