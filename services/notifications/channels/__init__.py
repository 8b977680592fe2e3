"""The ways to reach somebody: each answers delivered, try again, or give up."""
