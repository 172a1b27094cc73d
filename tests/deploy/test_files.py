"""What the files in deploy/ name exists: files, variables, addresses, ports; nothing runs as root."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.workers.gthread import ThreadWorker

from api.app import create_app
from maskcore.settings import Settings
from tests.factories import FakeDetector

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
PROSE = [ROOT / "docs/operations.md", ROOT / "docs/scaling.md"]
KUBERNETES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
OWN_PATHS = {"/_stcore/health"}  # of Streamlit


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("file", [*FILES, *PROSE], ids=named)
def test_every_variable_is_a_setting(file: Path) -> None:
    told = set(re.findall(r"MASKCORE_([A-Z_]*[A-Z])", file.read_text(encoding="utf-8")))
    assert told - {name.upper() for name in Settings.model_fields} == set()


def test_every_copied_file_exists_and_is_let_through() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    let_through = set(re.findall(r"^!(.+)$", (DEPLOY / "Containerfile.dockerignore").read_text(), re.MULTILINE))
    assert sources and [source for source in sources if not (ROOT / source).exists()] == []
    assert sources - let_through == {".streamlit"}, "of that folder only the file without secrets is let through"
    assert [path for path in let_through if not (ROOT / path).exists()] == []


def test_the_api_image_holds_neither_pages_nor_training() -> None:
    stage = CONTAINERFILE.partition("AS api\n")[2].partition("\nFROM")[0]
    assert "COPY api api" in stage and "COPY maskcore maskcore" in stage
    assert not re.search(r"training|pages|app-packages|requirements\.txt", stage)


def test_images_run_as_a_user_without_rights() -> None:
    base = CONTAINERFILE.partition("AS base\n")[2].partition("\nFROM")[0]
    assert re.search(r"^USER 10001:10001$", base, re.MULTILINE)
    assert "USER root" not in CONTAINERFILE


def test_every_address_is_answered() -> None:
    """Probes and health checks ask for what there is; so does nginx for what it treats on its own."""
    rules = {rule.rule for rule in create_app(FakeDetector(), Settings()).url_map.iter_rules()}  # type: ignore[arg-type]
    texts = [
        path.read_text(encoding="utf-8") for path in (*KUBERNETES, DEPLOY / "Containerfile", DEPLOY / "prometheus.yml")
    ]
    asked = {path for text in texts for path in re.findall(r"(?:path: |:8\d{3})(/[\w/]+)", text)}
    asked |= set(re.findall(r"location (/\S+)", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))) - {"/"}
    assert {"/health/ready", "/health/live", "/metrics", "/v1/video", "/v1/stream"} <= asked
    assert asked - rules - OWN_PATHS == set()


def test_every_port_is_one_that_is_listened_on() -> None:
    ports = {"8000", "8501", "9090"}
    for path in FILES:
        text = re.sub(r"v?\d+\.\d+\.\d+\.\d+:|#.*", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"\b([89]\d{3})\b", text)) <= ports, path


def test_nginx_lets_through_what_the_settings_let_through() -> None:
    text, settings = (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), Settings()
    sizes = [int(size) for size in re.findall(r"client_max_body_size (\d+)m", text)]
    limits = [settings.max_batch_mb, settings.max_video_mb, settings.max_archive_mb]
    assert [limit < size < limit * 1.3 for size, limit in zip(sizes, limits, strict=True)] == [True] * 3
    assert settings.max_image_mb <= settings.max_batch_mb


def test_gunicorn_knows_every_setting() -> None:
    config = Config()
    told = {
        name: value
        for name, value in runpy.run_path(str(ROOT / "api/gunicorn_conf.py")).items()
        if name in config.settings
    }
    for name, value in told.items():
        config.set(name, value)
    told["on_exit"](None)
    assert config.wsgi_app == "api.app:create_app()" and issubclass(config.worker_class, ThreadWorker)
    assert config.keepalive > 60, "nginx keeps its connections for 60 s"
    assert not Path(config.env["PROMETHEUS_MULTIPROC_DIR"]).exists(), "the figures of this run are forgotten"


def documents(path: Path) -> list[dict[str, Any]]:
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def test_compose_runs_the_four_on_this_machine_only() -> None:
    (compose,) = documents(DEPLOY / "compose.yaml")
    services = compose["services"]
    assert services.keys() == {"api", "app", "postgres", "prometheus"}
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)
    targets = {service["build"]["target"] for service in services.values() if "build" in service}
    assert targets <= set(re.findall(r"^FROM .* AS ([\w-]+)$", CONTAINERFILE, re.MULTILINE))
    used = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == compose["volumes"].keys()
    assert [name for name in used if name.startswith(".") and not (DEPLOY / name).exists()] == []


@pytest.mark.parametrize("file", KUBERNETES, ids=named)
def test_what_kubernetes_objects_name_is_there(file: Path) -> None:
    every = [each for path in KUBERNETES for each in documents(path)]
    claims = {each["metadata"]["name"] for each in every if each["kind"] == "PersistentVolumeClaim"}
    deployments = {each["metadata"]["name"]: each for each in every if each["kind"] == "Deployment"}
    for each in documents(file):
        if each["kind"] == "Service":
            assert each["spec"]["selector"]["app"] in deployments
        if each["kind"] == "HorizontalPodAutoscaler":
            assert "replicas" not in deployments[each["spec"]["scaleTargetRef"]["name"]]["spec"]
        if each["kind"] == "Deployment":
            check_deployment(each, claims)


def check_deployment(deployment: dict[str, Any], claims: set[str]) -> None:
    spec = deployment["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert {"readinessProbe", "livenessProbe"} <= container.keys()
    assert spec["securityContext"]["runAsNonRoot"] and container["securityContext"]["readOnlyRootFilesystem"]
    volumes = {volume["name"]: volume for volume in spec["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes.keys()
    named_claims = {
        each["persistentVolumeClaim"]["claimName"] for each in volumes.values() if "persistentVolumeClaim" in each
    }
    assert named_claims <= claims
