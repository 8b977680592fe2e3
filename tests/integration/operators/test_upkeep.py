"""What operators do now and then, on a real database, by the functions behind the command line."""

import asyncpg
import pytest
from pydantic import SecretStr
from tests.support.postgres import Database
from tests.support.service import INSURER, open_service
from tests.support.story import a_report, at, ident

from claims.bootstrap import SetupError
from claims.domain.claim.commands.intake import RegisterVictim
from claims.domain.personal import ERASED
from claims.settings import MigrateSettings
from claims.upkeep import run_erasure, run_new_epoch


def settings(database: Database, user: str = "postgres") -> MigrateSettings:
    return MigrateSettings(database_url=SecretStr(database.url(user)))


async def test_an_epoch_begins_after_a_restore_and_the_log_goes_on(claims_database: Database) -> None:
    async with open_service(claims_database) as service:
        claim = (await service.report(a_report(), "k1")).standing.claim
        assert await run_new_epoch(settings(claims_database)) == 2
        victim = RegisterVictim(at("2026-03-02 10:40"), ident("victim"), "李大山", None, None, "death", ())
        await service.execute(claim.claim_id, victim, "k2")
    owner = await asyncpg.connect(claims_database.url())
    epochs = await owner.fetch("select distinct epoch from events order by epoch")
    await owner.close()
    assert [row["epoch"] for row in epochs] == [1, 2]


async def test_an_erased_person_reads_as_erased_everywhere(claims_database: Database) -> None:
    async with open_service(claims_database) as service:
        claim = (await service.report(a_report(), "k1")).standing.claim
        victim = RegisterVictim(at("2026-03-02 10:40"), ident("victim"), "李大山", "4403", "139", "death", ())
        await service.execute(claim.claim_id, victim, "k2")
        assert await run_erasure(settings(claims_database, "claims_worker"), "picc-sz", ident("victim")) == 1
        replayed = await service.execute(claim.claim_id, victim, "k2")
        seen = replayed.standing.claim.victims[ident("victim")]
    assert INSURER.tenant == "picc-sz"
    assert (seen.name, seen.identity_number, seen.phone) == (ERASED, ERASED, ERASED)


async def test_a_login_without_the_right_is_told_so_in_one_line(claims_database: Database) -> None:
    with pytest.raises(SetupError, match="permission denied"):
        await run_new_epoch(settings(claims_database, "claims_command"))
