"""What every test may ask for."""

pytest_plugins = ["tests.support.postgres", "tests.support.browser", "tests.support.sharing"]
