"""The root command."""


def main() -> None:
    """Placeholder until the root group below is written."""
