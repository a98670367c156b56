"""Editors get the JSON Schemas of this very version from the site."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from pumice.definitions import schema


@pytest.mark.parametrize("name", ["job", "test"])
def test_a_schema_is_served_as_it_is_shipped(client: Client, name: schema.Name) -> None:
    answer = client.get(f"/schemas/{name}.schema.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/schema+json"
    assert json.loads(answer.content) == json.loads(schema.published(name))


def test_another_name_is_not_found(client: Client) -> None:
    assert client.get("/schemas/recipe.schema.json").status_code == 404
