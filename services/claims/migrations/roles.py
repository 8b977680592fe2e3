"""The four roles of the claims database; they belong to the whole server, so many databases may make them at once."""

import asyncio
import os

import asyncpg

_CREATE = """
do $$
begin
  if to_regrole('claims_owner') is null then create role claims_owner nologin; end if;
  if to_regrole('claims_read') is null then create role claims_read nologin; end if;
  if to_regrole('claims_command') is null then create role claims_command login; end if;
  if to_regrole('claims_worker') is null then create role claims_worker login bypassrls; end if;
  if not exists (select from pg_auth_members
      where roleid = to_regrole('claims_read') and member = to_regrole('claims_command') and set_option) then
    grant claims_read to claims_command with inherit false, set true;
  end if;
  if not pg_has_role('claims_owner', 'set') then
    execute format('grant claims_owner to %I with set true', current_user);
  end if;
end $$
"""

_LOGINS = {"claims_command": "CLAIMS_COMMAND_PASSWORD", "claims_worker": "CLAIMS_WORKER_PASSWORD"}
_TRIES = 20

# Another database of the server made the same role, or changed the same row of a catalogue, at this moment.
_RACED = (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError, asyncpg.InternalServerError)


async def create_roles(url: str) -> None:
    """Create what is missing, and set the passwords that the environment gives; safe beside others that do the same."""
    connection: asyncpg.Connection = await asyncpg.connect(url, command_timeout=60)
    try:
        await _insist(connection, _CREATE)
        for role, variable in _LOGINS.items():
            if password := os.environ.get(variable):
                quoted = await connection.fetchval("select quote_literal($1::text)", password)
                await _insist(connection, f"alter role {role} password {quoted}")
    finally:
        await connection.close()


async def _insist(connection: asyncpg.Connection, statement: str) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            await connection.execute(statement)
        except _RACED:
            if attempt == _TRIES:
                raise
            await asyncio.sleep(0.01 * attempt)
        else:
            return
