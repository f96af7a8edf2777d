"""The mock's own pages: health, readiness, and Swagger UI over the documents as they are served.

These and tests/middleware/test_console.py hold `middleware/pages.py`.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from importlib.resources import files

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]


def test_health_and_readiness_are_told(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    assert mock.get("/_mockade/v1/health").json()["status"] == "ok"
    assert mock.get("/_mockade/v1/ready").json() == {"status": "ready", "apis": ["shop"]}


def test_swagger_ui_and_all_that_it_loads_are_served(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    index = mock.get("/_mockade/docs/").text
    assert 'href="shop/"' in index
    assert 'href="shop/openapi.json"' in index
    page = mock.get("/_mockade/docs/shop/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"):
        assert f"../assets/{asset}" in page.text
        assert mock.get(f"/_mockade/docs/assets/{asset}").content
    assert mock.get("/_mockade/docs/shop/openapi.json").json()["paths"].keys() == {
        "/widgets",
        "/widgets/{id}",
    }


def test_pages_without_their_slash_lead_to_it(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    for path in ("/_mockade/docs", "/_mockade/docs/shop"):
        moved = mock.get(path)
        assert (moved.status_code, moved.headers["location"]) == (307, f"{path}/")


def test_a_title_is_text_and_never_markup(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets"), info={"title": "<script>alert(1)</script>", "version": "1"}))
    assert "<script>alert" not in mock.get("/_mockade/docs/").text + mock.get("/_mockade/docs/shop/").text


def test_a_page_that_is_not_there_or_not_to_be_written_is_a_problem(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    assert mock.get("/_mockade/nothing").status_code == 404
    answer = mock.post("/_mockade/v1/health")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert mock.request("HEAD", "/_mockade/v1/health").content == b""


def test_the_carried_swagger_ui_says_its_version_and_its_licences(serve: Serve) -> None:
    folder = files("mockade.middleware") / "swagger_ui"
    version = (folder / "VERSION").read_text(encoding="utf-8").split()[1]
    bundle = serve(contract(crud("/widgets"))).get("/_mockade/docs/assets/swagger-ui-bundle.js").text
    assert f'PACKAGE_VERSION:"{version}"' in bundle
    for name in ("LICENSE", "NOTICE", "swagger-ui-bundle.js.LICENSE.txt"):
        assert (folder / name).is_file()


def test_the_index_says_where_any_credential_will_do(serve: Serve) -> None:
    spec = contract(crud("/widgets"), security=[{"<Key>": []}]).replace(
        "components:\n", "components:\n  securitySchemes: {<Key>: {type: http, scheme: bearer}}\n", 1
    )
    assert "any credential (&lt;Key&gt;)" in serve(spec, WIDGETS).get("/_mockade/docs/").text


SECRET = "hush-hush-hush"
KEYED = contract(crud("/widgets"), security=[{"Key": []}]).replace(
    "components:\n",
    "components:\n  securitySchemes: {Key: {type: apiKey, in: header, name: X-Key}}\n",
    1,
)


def test_with_a_token_the_pages_show_no_secrets(serve: Serve) -> None:
    fixtures = f"credentials: {{Key: {{{SECRET}: {{caller: ada}}}}}}"
    assert SECRET in serve(KEYED, fixtures).get("/_mockade/docs/").text
    mock = serve(KEYED, fixtures, token="t")
    for page in ("/_mockade/docs/", "/_mockade/docs/shop/", "/_mockade/docs/shop/openapi.json"):
        answer = mock.get(page)
        assert answer.status_code == 200
        assert SECRET not in answer.text


@pytest.mark.parametrize(
    "page",
    [
        "",
        "shop",
        "shop/",
        "shop/openapi.json",
        "assets/swagger-ui-bundle.js",
        "assets/swagger-ui.css",
        "nothing",
    ],
)
def test_every_page_is_protected_from_other_pages(serve: Serve, page: str) -> None:
    headers = serve(contract(crud("/widgets"))).get(f"/_mockade/docs/{page}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")


def test_the_policy_lets_the_page_s_own_script_run_and_no_other(serve: Serve) -> None:
    answer = serve(contract(crud("/widgets"))).get("/_mockade/docs/shop/")
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (sources,) = re.findall(r"script-src ([^;]*);", answer.headers["content-security-policy"])
    assert sources.split() == ["'self'", f"'sha256-{digest}'"]
    assert not re.search(r"\son\w+=", answer.text)  # a handler in an attribute would not run


def test_scripts_and_styles_have_the_media_types_that_browsers_ask_for(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    types = {
        name: mock.get(f"/_mockade/docs/assets/{name}").headers["content-type"]
        for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")
    }
    assert types == {
        "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
        "swagger-ui.css": "text/css; charset=utf-8",
        "favicon-32x32.png": "image/png",
    }
