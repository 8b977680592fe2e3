"""The commands of a claim, one file each, with their rules at the top."""
