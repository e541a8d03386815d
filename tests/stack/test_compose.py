"""docker-compose.yml and Dockerfile against the project they run: no engine is needed, and none is here."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.utils.module_loading import import_string

from tests.e2e.stack import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat", "watcher")
SETTINGS = (ROOT / "marketplace" / "settings.py").read_text()
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())
INSTRUCTIONS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]

KEYS = {
    "image", "build", "restart", "init", "cap_drop", "security_opt", "environment", "volumes", "depends_on", "command",
    "healthcheck", "ports",
}  # fmt: skip


def test_it_has_the_parts_of_production():
    assert set(SERVICES) == {"postgres", "redis", "kubo", *OURS}
    assert set(COMPOSE) <= {"services", "volumes", "x-site"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_uses_only_keys_that_compose_has(name):
    assert set(SERVICES[name]) <= KEYS


@pytest.mark.parametrize("name", set(SERVICES) - set(OURS))
def test_images_are_pinned_to_a_version(name):
    repository, _, tag = SERVICES[name]["image"].partition(":")
    assert repository
    assert re.search(r"\d+\.\d+", tag), f"{name}: {tag or 'no tag'}"


@pytest.mark.parametrize("name", set(SERVICES) - {"migrate"})
def test_what_runs_for_long_says_how_it_is_and_comes_back(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert len(check["test"]) > 1
    for key in ("interval", "timeout"):
        assert re.fullmatch(r"\d+s", check[key])
    assert check["retries"] >= 3
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_migration_runs_once():
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_it_waits_for_services_that_can_say_that_they_are_ready(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[other]["restart"] == "no", "it must end"


def test_nothing_waits_for_itself():
    def waits_for(name: str, seen: tuple[str, ...] = ()) -> None:
        assert name not in seen, f"circle: {seen}"
        for other in SERVICES[name].get("depends_on", {}):
            waits_for(other, (*seen, name))

    for name in SERVICES:
        waits_for(name)


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_are_declared_or_folders_of_the_project(name):
    for volume in SERVICES[name].get("volumes", []):
        source, target = volume.split(":")[:2]
        assert target.startswith("/")
        assert (ROOT / source).is_dir() if source.startswith("./") else source in COMPOSE["volumes"]


def test_every_declared_volume_is_used():
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= used


@pytest.mark.parametrize("name", OURS)
def test_every_name_in_the_environment_is_one_that_the_site_reads(name):
    commands = (ROOT / "marketplace" / "chain" / "management" / "commands" / "deploy_contracts.py").read_text()
    for variable in SERVICES[name]["environment"]:
        assert f'"{variable}"' in SETTINGS or f'"{variable}"' in commands, variable


def test_every_setting_without_a_default_is_given():
    needed = re.findall(r'env(?:\.\w+)?\("([A-Z_]+)"\)', SETTINGS)
    assert {"SECRET_KEY", "SITE_KEY"} <= set(needed)
    assert set(needed) <= set(SERVICES["web"]["environment"])


def test_no_secret_is_written_down_and_a_missing_one_is_asked_for_in_words():
    for secret in ("SECRET_KEY", "SITE_KEY", "KEEPER_PRIVATE_KEY"):
        value = SERVICES["web"]["environment"][secret]
        assert value.startswith("${" + secret + ":?")
        assert value.endswith("}")
    assert "${POSTGRES_PASSWORD:?" in SERVICES["web"]["environment"]["DATABASE_URL"]
    for name, words in re.findall(r"\$\{([A-Z_]+):\?([^}]*)\}", TEXT):
        assert len(words) > 20, f"{name}: say what belongs there"


def test_every_variable_is_asked_for_or_has_a_default():
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    for name, rest in re.findall(r"\$\{([A-Z_]+)([^}]*)\}", TEXT):
        assert rest.startswith((":?", ":-")) or name in asked, name


def test_debug_is_off_and_the_dev_chain_is_not_the_default():
    for name in OURS:
        environment = SERVICES[name]["environment"]
        assert "DEBUG" not in environment
        assert environment["CHAIN"].startswith("${CHAIN:?")


def test_only_the_web_and_ipfs_peers_are_reachable_and_the_web_on_this_machine_alone():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web", "kubo"}
    assert published["web"] == ["${WEB_ADDRESS:-127.0.0.1:8000}:8000"]
    assert all(port.startswith("4001:") for port in published["kubo"])


@pytest.mark.parametrize("name", OURS)
def test_ours_run_with_no_more_rights_than_they_need(name):
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_its_command_exists(name):
    command = SERVICES[name].get("command") or image_command()
    if command[:2] == ["python", "manage.py"]:
        assert command[2] in get_commands()
    elif command[0] == "celery":
        assert import_string(f"{command[2]}.celery.app").main == "marketplace"
        assert command[3] in ("worker", "beat")
    else:
        assert command[0] == "gunicorn"
        module, _, name = command[1].partition(":")
        assert callable(import_string(f"{module}.{name}"))


def image_command() -> list[str]:
    return json.loads(next(rest for word, rest in INSTRUCTIONS if word == "CMD"))


def test_the_image_runs_as_nobody_special():
    stages = [i for i, (word, _) in enumerate(INSTRUCTIONS) if word == "FROM"]
    last = INSTRUCTIONS[stages[-1] :]
    users = [rest for word, rest in last if word == "USER"]
    assert users == ["mintmark"]
    assert any(word == "RUN" and "useradd --uid 10001" in rest for word, rest in last)


def test_the_image_is_built_from_pinned_bases_and_from_files_that_exist():
    stages = set()
    for word, rest in INSTRUCTIONS:
        words = rest.split()
        if word == "FROM":
            assert words[0] in stages or re.search(r":\d", words[0]), words[0]
            stages |= set(words[2:3])
        elif word == "COPY" and words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
        elif word == "COPY":
            for source in words[:-1]:
                assert (ROOT / source).exists(), source
        assert word != "ADD"


def test_what_the_image_is_built_from_is_let_in_and_nothing_secret_is():
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = [line.removeprefix("!") for line in ignore if line.startswith("!")]
    for word, rest in INSTRUCTIONS:
        if word == "COPY" and not rest.startswith("--from="):
            for source in rest.split()[:-1]:
                rules = (rule for rule in let_in if Path(source).match(rule) or rule.startswith(f"{source}/"))
                assert any(rules) or any(Path(source).is_relative_to(rule) for rule in let_in), source
    assert ignore[1] == "*"
    assert not any(rule.startswith(("var", ".git", ".env")) for rule in let_in)
