"""A merge, as answers show it on either claim."""

from typing_extensions import TypedDict

from claims.api.answers.common import IdText, Moment


class MergeAnswer(TypedDict):
    """The other claim of a merge, and when it was."""

    claim_id: IdText
    number: str
    at: Moment
