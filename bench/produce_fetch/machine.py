"""What the whole machine spends while a broker works, and how fast its disk is in the same minute."""

import ctypes
import os
import pathlib
import resource
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")
KERNEL_PARENT = 2  # kthreadd: what writes dirty pages back, among others


def busy_seconds() -> float:
    """User, nice, system, irq and softirq of all cores."""
    fields = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(int(fields[i]) for i in (0, 1, 2, 5, 6)) / TICKS


def _stat(path: pathlib.Path) -> list[str]:
    return path.read_text().rsplit(")", 1)[1].split()


def process_seconds(pid: int) -> float:
    fields = _stat(pathlib.Path(f"/proc/{pid}/stat"))
    return (int(fields[11]) + int(fields[12])) / TICKS


def kernel_threads_seconds() -> float:
    total = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _stat(path)
        except OSError:  # it has ended
            continue
        if int(fields[1]) == KERNEL_PARENT:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def own_seconds() -> float:
    """Of the bench and of its clients that have ended; a broker that runs is not among them."""
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def sync_file_system(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
        raise OSError(ctypes.get_errno(), f"cannot sync the file system of {folder}")
    os.close(descriptor)


class ServerCpu:
    """CPU seconds a million records while the block runs. What it left to be written back is written within it."""

    def __init__(self, pid: int, folder: str, records: int):
        self.pid, self.folder, self.records = pid, folder, records

    def _now(self, own: float) -> dict:
        return {"machine": busy_seconds() - own, "process": process_seconds(self.pid), "kernel_threads": kernel_threads_seconds()}

    def __enter__(self):
        sync_file_system(self.folder)
        self.before = self._now(own_seconds())
        return self

    def __exit__(self, kind, value, trace):
        own = own_seconds()
        sync_file_system(self.folder)  # on the server's account
        self.per_million = {name: round((now - self.before[name]) * 1e6 / self.records, 3) for name, now in self._now(own).items()}


def sync_waits_ms(folder: str, seconds: float = 0.5, record_bytes: int = 4096) -> list[float]:
    """fdatasync after a write of 4 KiB into blocks that the file has."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        os.pwrite(file.fileno(), bytes(8 << 20), 0)
        os.fsync(file.fileno())
        waits, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            os.pwrite(file.fileno(), bytes(record_bytes), len(waits) * record_bytes % (8 << 20))
            begin = time.monotonic()
            os.fdatasync(file.fileno())
            waits.append((time.monotonic() - begin) * 1000)
        return waits


def percentiles(waits: list[float]) -> dict:
    waits = sorted(waits)
    return {f"p{q}": round(waits[min(len(waits) * q // 100, len(waits) - 1)], 3) for q in (50, 99)}


def memory_mb(pid: int, field: str = "VmRSS") -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return round(int(status.split(f"{field}:")[1].split()[0]) / 1024, 1)


def drop_page_cache(folder: str) -> None:
    """Of every file below a folder; what is dirty would stay, so it is written first."""
    sync_file_system(folder)
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
