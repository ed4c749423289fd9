"""Our packages have common names: nobody else may supply them."""

from importlib.metadata import packages_distributions

import pytest


@pytest.mark.parametrize("name", ["algorithms", "scenarios", "serving", "training"])
def test_no_other_distribution_supplies_our_package(name: str) -> None:
    # An editable install lists no files, so ours may be absent here; others may not be present.
    assert set(packages_distributions().get(name, [])) <= {"longan"}
