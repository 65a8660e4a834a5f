"""One thin file a subcommand: parse, call one function, show."""
