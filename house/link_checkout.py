"""Let the virtual environment find this checkout, and give it the command `shangwu`, without building a wheel."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write one path file and one script into the environment that runs this."""
    (Path(sysconfig.get_path("purelib")) / "shangwu_checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    script = Path(sysconfig.get_path("scripts")) / "shangwu"
    script.write_text(f"#!{sys.executable}\nfrom shangwu.cli.main import main\n\nmain()\n", encoding="utf-8")
    script.chmod(0o755)


if __name__ == "__main__":
    main()
