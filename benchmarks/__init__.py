"""The speed and memory that the README quotes, each against a peer or a limit in the same run."""
