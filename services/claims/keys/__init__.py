"""Keys of persons: made, wrapped, unwrapped, erased."""
