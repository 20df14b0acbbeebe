"""PostgreSQL refuses to run as root: how to run its programs when we are.

First choice is a user namespace, in which root looks like an ordinary account and the files stay root's.
Where that is forbidden (many containers), an unprivileged account of the system that can reach the folder.
No folder that we did not make is ever opened to others.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shangwu.cli import folders
from shangwu.cli.trouble import Trouble

# Made for services, and present on common systems; tried in this order.
ACCOUNTS = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Identity:
    """As whom PostgreSQL's programs run: a prefix of the command, or another account."""

    prefix: tuple[str, ...] = ()
    account: pwd.struct_passwd | None = None

    def own(self, path: Path) -> None:
        """Give a path that we have just made to the account that will use it."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def run(self, command: list[str], timeout: float, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run one program to its end in a session of its own, so that no Ctrl-C of the terminal reaches it."""
        user = self.account.pw_uid if self.account else None
        return subprocess.run(
            [*self.prefix, *command],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            env=env,
            cwd="/",
            start_new_session=True,
            user=user,
            group=self.account.pw_gid if self.account else None,
            extra_groups=None if user is None else [],
        )


def identity_for(folder: Path, program: Path) -> Identity:
    """Who can run `program` on `folder`. Raises Trouble when nobody but root can.

    A folder that already belongs to an unprivileged account keeps it.
    """
    if os.geteuid() != 0:
        return Identity()
    owner = _owner(folder)
    namespace = None if owner else _namespace(program)
    if namespace:
        return namespace
    candidates = [owner] if owner else _accounts()
    for account in candidates:
        if account and _reaches(account, folder.parent, program):
            return Identity(account=account)
    raise Trouble(
        f"PostgreSQL does not run as root, and no other account can reach {folder.parent}: "
        "start Shangwu as an ordinary user, or choose another folder with VAR."
    )


def make_data_folder(var: Path, program: Path) -> Path:
    """Make VAR, if it is not there. Others may not list it; an account that PostgreSQL needs may pass through.

    A folder that is already there keeps its mode. Raises Trouble when it can't be made or written.
    """
    needs_passage = os.geteuid() == 0 and not var.exists() and _namespace(program) is None
    return folders.make_folder(var, mode=0o711 if needs_passage else 0o700)


def _owner(folder: Path) -> pwd.struct_passwd | None:
    """The account other than root that owns the folder, if there is one."""
    if not folder.exists() or folder.stat().st_uid == 0:
        return None
    try:
        return pwd.getpwuid(folder.stat().st_uid)
    except KeyError:
        raise Trouble(f"{folder} belongs to account {folder.stat().st_uid}, which this system does not know.") from None


def _namespace(program: Path) -> Identity | None:
    """A user namespace in which we are not root, if the system lets us have one."""
    unshare = shutil.which("unshare")
    account = next(iter(_accounts()), None)
    if not unshare or not account:
        return None
    # initdb looks its account up by number, so the number must be one that the system knows.
    prefix = (
        unshare,
        "--user",
        f"--map-user={account.pw_uid}",
        f"--map-group={account.pw_gid}",
    )
    try:
        tried = Identity(prefix).run([str(program), "--version"], 10, dict(os.environ))
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Identity(prefix) if tried.returncode == 0 else None


def _accounts() -> list[pwd.struct_passwd]:
    """The system's unprivileged service accounts that we may use."""
    known = {account.pw_name: account for account in pwd.getpwall()}
    return [known[name] for name in ACCOUNTS if name in known and known[name].pw_uid != 0]


def _reaches(account: pwd.struct_passwd, folder: Path, program: Path) -> bool:
    """Can the account enter the folder and run the program?"""
    try:
        enter = [
            "/bin/sh",
            "-c",
            'cd "$1" && "$2" --version',
            "sh",
            str(folder),
            str(program),
        ]
        tried = Identity(account=account).run(enter, 10, {})
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
