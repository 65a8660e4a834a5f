"""The checks: one module a rule (``k<number>_<word>.py``), found by file name; run by :mod:`cmkit.checks.run`."""
