"""The form in which alerts come in, and what of it is kept."""
