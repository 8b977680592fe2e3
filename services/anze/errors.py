"""What can go wrong on one machine; every message is one line that says what to do."""


class AnzeError(Exception):
    """Something the person at the terminal must know: printed as one line, status 1."""


class ClusterError(AnzeError):
    """The embedded PostgreSQL server cannot do what is asked."""


class DataFolderError(AnzeError):
    """The data folder is in use, of another kind, or not ours."""


class StartError(AnzeError):
    """A process, a port or a database is not as it must be."""


class DemoError(AnzeError):
    """The demo met an answer that the story does not know."""
