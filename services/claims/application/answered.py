"""The first answer to a command on a claim, rendered again for a retry."""

from claims.application.attempts import judged_at, same_body
from claims.application.calls import Envelope, NotFound, Outcome, Standing
from claims.application.histories import Histories
from claims.application.ports import EventStore
from claims.application.rows import Loaded, Scope


async def answered(
    store: EventStore, histories: Histories, scope: Scope, loaded: Loaded, envelope: Envelope
) -> Outcome:
    """Return the first answer again, as of the versions that it was given at.

    Raises NotFound where the caller does not see the claim any more, KeyReused for another body.
    """
    answer = loaded.answer
    if answer is None:
        raise LookupError("there is no earlier answer")
    same_body(answer, envelope)
    if answer.stream_id not in loaded.headers:
        loaded = await store.load(scope, [answer.stream_id])
    header = loaded.headers[answer.stream_id]
    if loaded.tenant is None or header.policy_stream is None:
        raise NotFound("claim", str(answer.stream_id))
    ring = histories.ring_for(scope, loaded.tenant, loaded)
    history = histories.decoded(loaded.events[answer.stream_id], ring, answer.version)
    policy = histories.decoded(loaded.events[header.policy_stream], ring, answer.companion_version)
    claim = histories.claim(answer.stream_id, history)
    standing = Standing(loaded.tenant, claim, histories.ledger(policy), judged_at(answer, history))
    return Outcome(standing, answer.status, answer.detail, replayed=True)
