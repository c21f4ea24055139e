import os


def side_by_side(*, memory_each: int, spare: int = 0) -> int:
    """Return how much work this machine can do at once: one piece a CPU and some to `spare`, as memory allows."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)) + spare, memory // memory_each))
