"""The one composer: sections into a context, a context into files; one run, many files."""
