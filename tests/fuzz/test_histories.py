"""Whatever is commanded, in whatever order and however late, the product does what an independent model says.

A few histories, always the same; `make fuzz` plays many, each time others.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis.stateful import run_state_machine_as_test
from tests.fuzz.machine import Histories
from tests.fuzz.product import Product
from tests.fuzz.run import bounded
from tests.support.postgres import Database


@pytest.fixture
def product(claims_sandbox_database: Database) -> Iterator[Product]:
    """The product on a database of its own."""
    with Product(claims_sandbox_database) as opened:
        yield opened


def test_the_product_does_what_the_model_says(product: Product) -> None:
    Histories.product, Histories.tally = product, Counter()
    run_state_machine_as_test(Histories, settings=bounded(6, derandomize=True))
    assert Histories.tally["rebuilds compared"] >= 6
    assert Histories.tally["steps"] >= 200
