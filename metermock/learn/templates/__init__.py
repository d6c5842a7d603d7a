"""Templates: each looks through the samples for rules of one kind."""
