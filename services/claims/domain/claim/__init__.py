"""The claim: its facts, its state, its commands and the clocks that run on it."""
