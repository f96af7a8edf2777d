"""Stores that speak TLS: who is believed, and what is said of those that are not.

(`stores/redis/connection_pool.py`, `stores/redis/refusals.py`)
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from mockade.catalogue.api import Api
from tests.balancers import free_ports
from tests.servers import Server
from tests.stores.redis_server import RedisServer, needs_redis
from tests.stores.refused import refused
from tests.stores.test_outages import answered
from tests.stores.workers import PatientRedisStore, Workers

pytestmark = needs_redis

HOST = "127.0.0.1"


class Certificates:
    """Files of an authority, and of certificates: some of its own, and some of another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        authority, other = trustme.CA(), trustme.CA()
        past, later = datetime(2020, 1, 1), datetime(2021, 1, 1)
        authority.cert_pem.write_to_path(self["ca"])
        other.cert_pem.write_to_path(self["another-ca"])
        for name, certificate in {
            "server": authority.issue_cert(HOST),
            "elsewhere": authority.issue_cert("store.example"),
            "expired": authority.issue_cert(HOST, not_before=past, not_after=later),
            "client": authority.issue_cert("mockade"),
            "stranger": other.issue_cert(HOST, "stranger"),
        }.items():
            certificate.private_key_and_cert_chain_pem.write_to_path(self[name])

    def __getitem__(self, name: str) -> str:
        return str(self._folder / f"{name}.pem")

    def options(self, name: str = "server", *, asks_clients: bool = False) -> list[str]:
        """What a redis-server with that certificate is told besides its port."""
        files = [
            "--tls-cert-file",
            self[name],
            "--tls-key-file",
            self[name],
            "--tls-ca-cert-file",
            self["ca"],
        ]
        return [*files, "--tls-auth-clients", "yes" if asks_clients else "no"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@contextmanager
def served(*options: str) -> Iterator[tuple[RedisServer, int]]:
    """A redis-server that speaks TLS on a port, and plainly on one of its own."""
    (port,) = free_ports(1)
    server = RedisServer("--tls-port", str(port), *options, listens=True)
    try:
        yield server, port
    finally:
        server.stop()


@pytest.fixture(scope="module")
def store(files: Certificates) -> Iterator[tuple[RedisServer, int]]:
    with served(*files.options()) as made:
        yield made


def test_worlds_are_kept_in_a_store_whose_authority_is_named(
    files: Certificates, store: tuple[RedisServer, int], shop: Path
) -> None:
    url = f"rediss://{HOST}:{store[1]}/0?ssl_ca_certs={files['ca']}"
    # From the environment, which `ps` does not show.
    with Server("--home", str(shop), env={"MOCKADE_STORE": url}) as server:
        assert server.request("POST", "/widgets", json={"name": "one"}).status_code == 201
        assert len(server.request("GET", "/widgets").json()) == 1
    with Server("--home", str(shop), env={"MOCKADE_STORE": url}) as server:
        assert len(server.request("GET", "/widgets").json()) == 1


def test_a_store_of_another_authority_is_not_believed(
    files: Certificates, store: tuple[RedisServer, int], shop: Path
) -> None:
    for options in ("", f"?ssl_ca_certs={files['another-ca']}"):
        said = refused(shop, f"rediss://{HOST}:{store[1]}/0{options}")
        assert f"The store at rediss://{HOST}:{store[1]}/0" in said
        assert "has a certificate that is not to be believed (" in said
        assert "name the file with its authority's certificate in the address, as in rediss://" in said
        assert "Start one" not in said, "it is there"


@pytest.mark.parametrize(
    ("name", "why", "mend"),
    [
        ("expired", "certificate has expired", "renew it, or set the clock of this machine"),
        ("elsewhere", "not valid for '127.0.0.1'", "have its address name a host that the certificate is of"),
    ],
)
def test_a_certificate_that_is_out_of_date_or_of_another_host_is_not_believed(
    name: str, why: str, mend: str, files: Certificates, shop: Path
) -> None:
    with served(*files.options(name)) as (_, port):
        said = refused(shop, f"rediss://{HOST}:{port}/0?ssl_ca_certs={files['ca']}")
    assert "has a certificate that is not to be believed (" in said
    assert why in said
    assert mend in said


def test_who_asks_plainly_where_tls_is_spoken_is_told_of_tls(
    store: tuple[RedisServer, int], shop: Path
) -> None:
    assert "does it want TLS (rediss://)?" in refused(shop, f"redis://{HOST}:{store[1]}/0")


def test_files_that_are_no_certificates_are_told(files: Certificates, tmp_path: Path, shop: Path) -> None:
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    for options in (f"ssl_ca_certs={text}", f"ssl_certfile={text}", f"ssl_certfile={files['ca']}"):
        said = refused(shop, f"rediss://{HOST}/0?{options}")
        assert f"no certificate, or not the key of it, is in its files ({options}" in said


def test_a_store_that_asks_for_certificates_of_its_clients_is_given_one(
    files: Certificates, shop: Path, tally: Mapping[str, Api]
) -> None:
    async def play(url: str) -> None:
        async with Workers(tally, lambda: PatientRedisStore(url, "tally")) as workers:
            for worker in workers:
                assert (await worker.ask("POST", "/counters/c")).status_code == 200
            assert (await workers[0].ask("GET", "/counters/c")).json()["value"] == 2

    with served(*files.options(asks_clients=True)) as (_, port):
        url = f"rediss://{HOST}:{port}/0?ssl_ca_certs={files['ca']}"
        # The server closes the connection, and what it says of that is lost now and then.
        assert "ssl_certfile" in refused(shop, url)
        assert "certificate" in refused(shop, f"{url}&ssl_certfile={files['stranger']}").partition("(")[2]
        asyncio.run(play(f"{url}&ssl_certfile={files['client']}&ssl_keyfile={files['client']}"))


def test_a_store_that_comes_back_with_another_certificate_is_away(
    files: Certificates, tally: Mapping[str, Api]
) -> None:
    """As where a certificate expires while workers run."""

    async def play() -> None:
        with served(*files.options()) as (server, port):
            url = f"rediss://{HOST}:{port}/0?ssl_ca_certs={files['ca']}"
            async with Workers(tally, lambda: PatientRedisStore(url, "tally"), 1) as (worker,):
                assert (await worker.ask("POST", "/counters/c")).status_code == 200
                for name, status in (("stranger", 503), ("server", 200)):
                    server.kill()
                    server.options = ["--tls-port", str(port), *files.options(name)]
                    await asyncio.to_thread(server.start)
                    if status == 200:
                        assert (await answered(worker, "POST", "/counters/c")).status_code == 200
                        continue
                    said = await worker.ask("POST", "/counters/c")
                    while "certificate" not in said.text:  # what it asked while it was killed
                        assert said.status_code == 503
                        await asyncio.sleep(0.05)
                        said = await worker.ask("POST", "/counters/c")
                    assert (said.status_code, said.headers["retry-after"]) == (503, "1")

    asyncio.run(play())
