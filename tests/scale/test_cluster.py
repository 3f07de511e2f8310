"""The same data sets by a Ray cluster, whose workers, nodes and driver are killed by their ids.

The cluster is real, of several nodes in this machine; documents are those of `fakes`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import (
    Fake,
    command,
    contents,
    free_port,
    gone,
    reviews,
    undisturbed,
    until,
    waiting_pid,
    write_rows,
)

from pingyu import __version__, cli

pytestmark = pytest.mark.scale


@pytest.fixture(scope="module")
def cluster():
    """A head without cores and two nodes of one core each."""
    folders = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, folders)))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_worker_niceness", "0")
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=head)
        for _ in range(2):
            add_node(cluster)
        yield cluster
        cluster.shutdown()


def add_node(cluster):
    cluster.add_node(num_cpus=1)


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def finish(process, control):
    (control / "go").touch()
    _, errors = process.communicate()
    assert process.returncode == 0, errors


def test_a_worker_killed_at_work_is_replaced(cluster, tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_3="BOOM", at_9="PAUSE", at_15="CRASH"))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, tmp_path / "out", control, cluster.address)
    os.kill(waiting_pid(control, process), signal.SIGKILL)
    waiting_pid(control, process)
    finish(process, control)
    assert contents(tmp_path / "out") == expected


def test_a_node_killed_with_a_worker_at_work(cluster, tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_9="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, tmp_path / "out", control, cluster.address)
    worker = waiting_pid(control, process)
    raylets = {node: node.all_processes["raylet"][0].process for node in cluster.worker_nodes}
    (node,) = (node for node, raylet in raylets.items() if raylet.pid == parent(worker))
    os.kill(raylets[node].pid, signal.SIGKILL)
    raylets[node].wait()  # buried: workers ask whether it is there
    until(lambda: gone(worker))
    assert waiting_pid(control, process) != worker
    finish(process, control)
    assert contents(tmp_path / "out") == expected
    cluster.remove_node(node, allow_graceful=False)
    add_node(cluster)


def test_the_command_killed_at_work_leaves_nobody_and_is_resumed(cluster, tmp_path, control):
    source = write_rows(tmp_path / "a.jsonl", reviews(24, at_20="PAUSE"))
    expected = undisturbed(source, tmp_path, control)
    out = tmp_path / "out"
    process = command(source, out, control, cluster.address)
    worker = waiting_pid(control, process)
    kept = {path: path.stat().st_ino for path in out.rglob("part-*.parquet")}
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    until(lambda: gone(worker))
    assert len(kept) > 12
    (control / "go").touch()
    finish(command(source, out, control, cluster.address, "--resume"), control)
    assert contents(out) == expected
    assert {path: path.stat().st_ino for path in kept} == kept


def test_a_full_disk_stops_the_run_and_any_engine_resumes_it(
    cluster, tmp_path, control, small_disk
):
    source = write_rows(tmp_path / "a.jsonl", reviews(40))
    expected = undisturbed(source, tmp_path, control)
    process = command(source, small_disk.out, control, cluster.address)
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("E726 ")
    assert list((small_disk.out / ".work").glob("0*.json"))
    small_disk.make_room()
    finish(command(source, small_disk.out, control, "local", "--resume"), control)
    assert contents(small_disk.out) == expected


def test_the_command_on_a_cluster_with_the_model_that_ships(cluster, root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    words = ["extract", *sorted(str(p) for p in Path("corpus/examples").iterdir())[:4]]
    words += ["--partition-bytes", "8000", "--workers", "1", "--engine"]
    assert cli.main([*words, "local", "-o", str(tmp_path / "local")]) == 0
    address = ["--address", cluster.address]
    subprocess.run(
        [sys.executable, "-m", "pingyu.cli", *words, "ray", *address, "-o", str(tmp_path / "ray")],
        check=True,
    )
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")


def test_a_worker_says_what_its_node_lacks(tmp_path, control):
    from pingyu.scale.cluster import _Worker

    out = tmp_path / "out"
    assert _Worker(Fake(control), tmp_path, out).ready("0").code == "E738"
    error = _Worker(Fake(control), tmp_path / "nowhere", out).ready(__version__)
    assert error.code == "E741"
    assert f"does not see {tmp_path / 'nowhere'}" in str(error)
    error = _Worker(Fake(control), Path.cwd(), out).ready(__version__)
    assert f"does not see {out}" in str(error)


def test_no_cluster_is_one_line(tmp_path):
    page = tmp_path / "a.txt"
    page.write_text("x")
    words = [
        "--engine",
        "ray",
        "--address",
        f"127.0.0.1:{free_port()}",
        "-o",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pingyu.cli", "extract", page, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0"},
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("E729 no Ray cluster at ")
