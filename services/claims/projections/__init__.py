"""What is derived from the log, how it is kept up with it, read, and built anew."""
