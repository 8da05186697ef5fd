from pathlib import Path

from config.supervisor.logs import rotate, tail


def test_a_log_over_the_limit_is_kept_once_and_emptied_while_it_is_open(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"before\n")
        rotate(log, limit=3)
        writer.write(b"after\n")
    assert (tmp_path / "web.log.1").read_text() == "before\n"
    assert log.read_text() == "after\n"


def test_a_log_under_the_limit_stays(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("short\n")
    rotate(log, limit=100)
    assert log.read_text() == "short\n"


def test_the_tail_is_the_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("\n".join(str(number) for number in range(100)))
    assert tail(log, lines=2) == "98\n99"
    assert tail(tmp_path / "none.log") == ""
