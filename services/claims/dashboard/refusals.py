"""Why a page is not shown."""


class ForbiddenPageError(Exception):
    """The visitor's role may not see this page, or not do what it asks for."""


class BadAddressError(Exception):
    """The address holds a filter that means nothing; the message says which."""
