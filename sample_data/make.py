"""Make the sample data again: ``python -m sample_data.make [FOLDER]``; the same bytes every time.

Everything in it is invented. ID numbers are of the area 999999, which nobody has; phones begin with 140, which serves
nobody; the city and its streets do not exist.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sample_data.makers import bank, tobacco
from sample_data.makers.office import make_office, offices


def main(root: Path) -> None:
    """Write every pack's office under ``root``."""
    bank.make(root)
    tobacco.make(root)
    for folder in offices():
        make_office(root, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
