"""Speed, memory and sizes, each beside a yardstick that is measured in turn with it.

A machine's speed drifts; a ratio of two medians taken in turn says what seconds cannot. The goals in seconds are for
two cores.
"""

import argparse

from bench.builds import bench_builds
from bench.pages import bench_pages
from bench.planning import bench_plans
from bench.proofs import bench_proofs
from bench.rehearsing import bench_rehearsals
from bench.reports import bench_reports


def main() -> None:
    parser = argparse.ArgumentParser(prog="./noxw -s bench --", description=__doc__)
    parser.add_argument(
        "what",
        nargs="?",
        choices=["plans", "page", "proofs", "report", "builds", "rehearsals"],
        default="plans",
        help="plans (the default) takes a minute, and so does proofs: the way from 100 of them to what a hub reads. "
        "page writes the page of a run and that of a notebook, and report the other files of a large run. "
        "builds also builds every image from nothing, twice: once with hubwright and once with `docker buildx bake`, "
        "each on an embedded engine of its own that is removed afterwards. That takes root, 25 GB of disk, and a "
        "quarter of an hour on a machine that does nothing else. rehearsals builds what the registry lacks, and "
        "rehearses it: with hubwright, and with papermill inside of throw-away images.",
    )
    parser.add_argument(
        "--select",
        action="append",
        metavar="GLOB",
        help="with builds and rehearsals: only these images or variants; by default all that need no vendor's index",
    )
    arguments = parser.parse_args()
    if arguments.what == "proofs":
        bench_proofs()
    elif arguments.what == "page":
        bench_pages()
    elif arguments.what == "report":
        bench_reports()
    elif arguments.what == "builds":
        bench_builds(arguments.select or [])
    elif arguments.what == "rehearsals":
        bench_rehearsals(arguments.select or [])
    else:
        bench_plans()


if __name__ == "__main__":
    main()
