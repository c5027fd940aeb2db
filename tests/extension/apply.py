"""apply.py COPY: makes COPY a copy of the tree with the samples of this folder added, as README tells to add things: each
a file, and a row at the end of its folder's catalog.def. What is the same is left alone, so that little is built anew."""

import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
SAMPLES = {  # sample: (where it goes, the catalogue, its row)
    "workloads/halving.cpp": ("shared/workloads", "shared/workloads", "WORKLOAD(halving_workload)"),
    "models/relay.cpp": ("shared/models", "shared/models", 'MODEL("relay", relay_model)'),
    "claims/order_is_free.cpp": ("shared/experiments/claims", "shared/experiments", "EXPERIMENT(order_is_free_experiment)"),
    "plots/tasks_plot.cpp": ("shared/ui/plots", "shared/ui/plots",
                             'PLOT("tasks", summary, throughput, plot_empty, tasks_plot)'),
}


def wanted_files():
    """Path in the copy: its bytes."""
    files = {}
    for folder, folders, names in os.walk(TREE):
        if pathlib.Path(folder) == TREE:
            folders[:] = [name for name in folders if name not in ("build", ".git")]
        folders[:] = [name for name in folders if name not in ("node_modules", "__pycache__")]
        for name in names:
            path = pathlib.Path(folder, name)
            files[path.relative_to(TREE)] = path.read_bytes()
    for sample, (folder, catalog, row) in SAMPLES.items():
        files[pathlib.Path(folder, pathlib.Path(sample).name)] = (HERE / sample).read_bytes()
        files[pathlib.Path(catalog, "catalog.def")] += f"{row}\n".encode()
    return files


def main():
    copy = pathlib.Path(sys.argv[1])
    files = wanted_files()
    for path, content in files.items():
        there = copy / path
        if there.is_file() and there.read_bytes() == content:
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(content)
        if path in {p for p in files if (TREE / p).is_file()}:
            shutil.copymode(TREE / path, there)
    for old in copy.rglob("*"):
        relative = old.relative_to(copy)
        if relative.parts[0] != "build" and old.is_file() and relative not in files:
            old.unlink()


main()
