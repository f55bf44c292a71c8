"""A reader of the library."""

import pytest

from tests.sign_in import signed_in


@pytest.fixture
def reader(client, django_user_model):
    return signed_in(django_user_model.objects.create_user("reader", role="auditor"), client)
