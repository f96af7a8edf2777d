"""The files for workers with a store fit the schemas of Compose and Kubernetes, and each other."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from mockade.cli.serve import serve
from tests.balancers import EXAMPLES
from tests.reports.schemas import published


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted((EXAMPLES / "kubernetes").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in documents() if one["kind"] == kind]


def serve_options() -> set[str]:
    return {word for one in serve.params for word in one.opts}


def test_compose_with_a_store_fits_its_schema_and_adds_to_the_services_that_are_there() -> None:
    files = ("docker-compose.yml", "docker-compose.store.yml")
    first, second = (yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8")) for name in files)
    violations = jsonschema.Draft7Validator(published("Compose Specification")).iter_errors(second)
    assert [error.message for error in violations] == []
    workers = second["services"].keys() - {"redis", "balancer"}
    assert (
        second["services"]["balancer"]["environment"].keys()
        <= first["services"]["balancer"]["environment"].keys()
    )
    assert workers == set(first["services"]["balancer"]["depends_on"])
    for name in workers:
        names = {
            f"--{one.removeprefix('MOCKADE_').lower().replace('_', '-')}"
            for one in second["services"][name]["environment"]
        }
        assert names <= serve_options()


@pytest.mark.parametrize(
    "document", list(documents()), ids=lambda one: f"{one['kind']} {one['metadata']['name']}"
)
def test_a_manifest_fits_the_schemas_of_kubernetes(document: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        validate = pytest.importorskip("kubernetes_validate", reason="it brings the schemas of Kubernetes")
    for version in ("1.30", "1.36"):
        validate.validate(document, version, strict=True)


def test_a_slip_in_a_manifest_would_be_found() -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="it brings the schemas of Kubernetes")
    (deployment, *_) = of_kind("Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(validate.ValidationError):
        validate.validate(deployment, "1.36", strict=True)


def test_the_manifests_name_what_there_is() -> None:
    (deployment,) = of_kind("Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert {word for word in container["args"] if word.startswith("--")} <= serve_options()
    paths = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe")}
    assert paths == {"/_mockade/v1/health"}
    assert container["readinessProbe"]["httpGet"]["path"] == "/_mockade/v1/ready"
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for one in (*of_kind("Service"), *of_kind("PodDisruptionBudget")):
        selector = one["spec"]["selector"].get("matchLabels", one["spec"]["selector"])
        templates = [
            other["spec"]["template"]["metadata"]["labels"] for other in (*of_kind("StatefulSet"), deployment)
        ]
        assert any(selector.items() <= other.items() for other in templates)
    assert deployment["spec"]["selector"]["matchLabels"].items() <= labels.items()
    (scaler,) = of_kind("HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    assert "replicas" not in deployment["spec"], "each apply would undo what the scaler did"
    (store,) = (word for word in container["args"] if word.startswith("redis://"))
    assert store.removeprefix("redis://").partition(":")[0] in {
        one["metadata"]["name"] for one in of_kind("Service")
    }
