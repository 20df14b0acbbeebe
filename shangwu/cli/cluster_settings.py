"""The settings of the embedded PostgreSQL, written anew at each start: durable first, then fit for the machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# What "acknowledged" rests on; `shangwu doctor` checks the same names on any server.
DURABILITY = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
MEGABYTE = 1024 * 1024


def settings_text(port: int, *, durable: bool = True) -> str:
    """The text of shangwu.conf. `durable=False` loses data at a power cut: for throw-away test clusters.

    Those do without autovacuum: their owner may not end its workers, so no database could be dropped beneath one.
    """
    memory = _memory_megabytes()
    settings = {
        "listen_addresses": "'127.0.0.1'",
        "unix_socket_directories": "''",
        "port": str(port),
        "max_connections": "100",
        "shared_buffers": f"{min(1024, max(128, memory // 16))}MB",
        "effective_cache_size": f"{max(512, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 16))}MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        # Our questions take milliseconds; compiling one takes longer than most of them.
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "log_min_duration_statement": "5s",
        "log_line_prefix": "'%m [%p] %d '",
        "dynamic_shared_memory_type": "posix" if _shared_memory_megabytes() >= 256 else "mmap",
    } | (DURABILITY if durable else dict.fromkeys([*DURABILITY, "autovacuum"], "off"))
    lines = [f"{name} = {value}" for name, value in settings.items()]
    head = ["# Written by Shangwu at each start. Your own settings go into own.conf beside this file, which wins."]
    return "\n".join([*head, *lines, "include_if_exists = 'own.conf'", ""])


def _memory_megabytes() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE


def _shared_memory_megabytes() -> int:
    """Containers often have 64 MB of /dev/shm, too little for a parallel query."""
    shared = Path("/dev/shm")
    return shutil.disk_usage(shared).total // MEGABYTE if shared.is_dir() else 1024
