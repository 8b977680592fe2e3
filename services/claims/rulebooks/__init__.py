"""The regulation as data: one file for each text and version; a new province is a new file and no code."""
