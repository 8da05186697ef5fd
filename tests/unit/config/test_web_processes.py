from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from prometheus_client import CollectorRegistry, Counter, generate_latest, values

from config.health import metrics
from config.supervisor.django import web


def test_one_process_needs_no_master(settings: Any) -> None:
    settings.WEB_PROCESSES = 1
    program = web("127.0.0.1", 8000).program()
    assert "--workers" not in program.command
    assert "PROMETHEUS_MULTIPROC_DIR" not in program.environment


def test_several_share_the_port_and_a_place_for_their_figures(settings: Any, tmp_path: Path) -> None:
    settings.WEB_PROCESSES, settings.VAR_DIR = 3, tmp_path
    server = web("127.0.0.1", 8000)
    left = tmp_path / "run" / "web-metrics" / "counter_1.db"
    left.parent.mkdir(parents=True)
    left.touch()
    server.prepare()
    assert not left.exists()
    program = server.program()
    assert program.command[-2:] == ["--workers", "3"]
    assert program.environment["PROMETHEUS_MULTIPROC_DIR"] == str(left.parent)
    assert left.parent.is_dir()


def test_the_figures_of_all_processes_are_added_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for process in (1, 2):
        monkeypatch.setattr(
            "prometheus_client.metrics.values.ValueClass",
            values.MultiProcessValue(lambda process=process: process),  # type: ignore[no-untyped-call]
        )
        Counter("zhitu_test_events", "For this test.", registry=CollectorRegistry()).inc(process * 10)
    shown = metrics(RequestFactory().get("/metrics")).content.decode()
    assert "zhitu_test_events_total 30.0" in shown
    assert generate_latest().decode().count("zhitu_test_events") == 0
