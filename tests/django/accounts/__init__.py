"""A project that has users of its own kind."""
