"""Who may import what, and what the public surface is."""

import ast
import importlib
import inspect
import os
import pkgutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import attrs
import pytest

import oneshot_async
from oneshot_async import errors, models, receiver, simulator, stores
from oneshot_async._discretion import is_discreet_itself

PACKAGE = Path(oneshot_async.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
PUBLIC = [oneshot_async, models, receiver, simulator, stores]

CORE = {
    "_checks",
    "_complaints",
    "_converter",
    "_discretion",
    "_extras",
    "_json",
    "_masking",
    "_numbers",
    "_secrecy",
    "_texts",
    "_wire",
    "callback_urls",
    "errors",
    "models",
}
OUT = {
    "_answers",
    "_bodies",
    "_calls",
    "_files",
    "_keeping",
    "_looks",
    "_means",
    "_polling",
    "_probes",
    "_results",
    "_retries",
    "_states",
    "_transport",
    "_unknown",
    "_watch",
    "client",
    "hashing",
    "identification",
    "resources",
    "signed_documents",
    "signing",
}
IN = {"_publishing", "_waiters", "inbox", "observing", "receiver", "stores"}
PRETEND = {"simulator"}
VERIFICATION = {
    "_pdf_integrity",
    "_pdf_signatures",
    "_pdf_trust",
    "_signer_names",
    "verification",
}
DOORS = {"__init__", "__main__", "cli"}

ALLOWED = {
    **dict.fromkeys(CORE, CORE),
    **dict.fromkeys(OUT, CORE | OUT | {"inbox"}),
    "signed_documents": CORE | {"_files", "verification"},
    **dict.fromkeys(IN, CORE | IN),
    **dict.fromkeys(PRETEND, CORE | PRETEND),
    **dict.fromkeys(VERIFICATION, CORE | VERIFICATION),
    "tracing": CORE | {"observing"},
    "testing": CORE | OUT | IN | PRETEND,
    "_pytest_plugin": CORE | OUT | IN | PRETEND | {"__init__", "testing"},
    "__init__": CORE | OUT | {"inbox", "observing"},
    "__main__": CORE | {"cli"},
    "cli": CORE | OUT | IN | PRETEND | VERIFICATION | {"cli", "testing"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """Yield the absolute dotted names of everything a module imports."""
    package = ["oneshot_async", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    inside = (name.split(".") for name in imports_of(path))
    known = {room_of(module) for module in MODULES}
    return {
        name[1] if name[1] in known else "__init__"
        for name in inside
        if name[0] == "oneshot_async" and len(name) > 1
    } - {room_of(path)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.name))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    """The arrows between the rooms are those of the design."""
    assert rooms_imported(path) <= ALLOWED[room_of(path)]


def test_every_module_has_a_room() -> None:
    """No module stands outside the rooms."""
    assert {room_of(path) for path in MODULES} <= set(ALLOWED)


@pytest.mark.parametrize(
    ("module", "rooms"),
    [
        # What an error may take along needs the name of a cancellation.
        ("asyncio", OUT | IN | PRETEND | VERIFICATION | DOORS | {"_discretion"}),
        ("aiohttp", OUT | IN | PRETEND | {"tracing"}),
        ("click", {"cli"}),
        ("rich", {"cli"}),
        ("jinja2", PRETEND),
        ("pyhanko", PRETEND | VERIFICATION),
        ("cattrs", {"_converter"}),
        ("sqlite3", {"stores"}),
        ("asyncpg", {"stores"}),
        ("opentelemetry", {"tracing"}),
        ("prometheus_client", {"receiver"}),
        ("pytest", {"_pytest_plugin"}),
    ],
)
def test_a_library_is_met_in_its_rooms_only(module: str, rooms: set[str]) -> None:
    """The core does no I/O, and each extra stays where it is needed."""
    users = {
        room_of(path)
        for path in MODULES
        for name in imports_of(path)
        if name.split(".")[0] == module
    }

    assert users <= rooms


def users_of(source: str) -> set[str]:
    return {
        str(path.relative_to(PACKAGE)) for path in MODULES if source in path.read_text()
    }


def test_client_sockets_are_opened_in_three_places() -> None:
    """Only the transport, the probes and the simulator's courier open sessions."""
    users = users_of("ClientSession(")

    assert users == {"_probes.py", "_transport.py", "simulator/courier.py"}


def test_the_server_side_of_aiohttp_stays_with_the_servers() -> None:
    """aiohttp.web is imported by the receiver and the simulator only."""
    users = {
        room_of(path)
        for path in MODULES
        if any(name.startswith("aiohttp.web") for name in imports_of(path))
    }

    assert users == {"receiver", "simulator"}


def test_the_environment_is_read_by_the_command_line_only() -> None:
    """os.environ is named in no other room."""
    users = users_of("os.environ") | users_of("getenv")

    assert {name.split("/")[0] for name in users} <= {"cli"}


def names_brought_in(module: ModuleType) -> set[str]:
    """Return what an ``__init__.py`` imports from its own package."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    siblings = (n for n in tree.body if isinstance(n, ast.ImportFrom) and n.level)
    return {alias.name for node in siblings for alias in node.names}


def public(module: ModuleType) -> list[str]:
    return list(vars(module)["__all__"])


def constants_first(name: str) -> tuple[bool, str]:
    return not name.isupper(), name


@pytest.mark.parametrize("module", PUBLIC, ids=lambda module: str(module.__name__))
def test_public_names_are_listed_and_documented(module: ModuleType) -> None:
    """`__all__` is sorted, is what the package brings in, and says what it is for."""
    listed = public(module)
    own = {name for name in listed if hasattr(vars(module)[name], "__module__")}
    silent = [n for n in own if inspect.isclass(o := vars(module)[n]) and not o.__doc__]

    assert listed == sorted(listed, key=constants_first)
    assert names_brought_in(module) <= set(listed)
    assert silent == []


def public_methods() -> Iterator[tuple[str, object]]:
    for module in PUBLIC:
        for name in public(module):
            value = vars(module)[name]
            if inspect.isclass(value):
                for method, function in vars(value).items():
                    if inspect.isfunction(function) and not method.startswith("_"):
                        yield f"{name}.{method}", function


def test_public_methods_are_documented() -> None:
    """Every public method of a public class says what it does."""
    silent = [name for name, method in public_methods() if not inspect.getdoc(method)]

    assert silent == []


def test_expected_errors_leave_without_frames() -> None:
    """Every public method of what does something is discreet about its errors."""
    active = [oneshot_async, receiver]
    named = {
        f"{name}.{method}": vars(kind)[method]
        for module in active
        for name in public(module)
        if inspect.isclass(kind := vars(module)[name]) and not attrs.has(kind)
        for method, function in vars(kind).items()
        if inspect.isfunction(function) and not method.startswith("_")
        if not issubclass(kind, Exception)
    }
    bare = [
        name
        for name, method in named.items()
        if hasattr(method, "__wrapped__") or is_discreet_itself(method)
    ]

    assert len(named) > 20
    assert bare == list(named)


LATE = {
    *(PACKAGE / "stores" / "postgres").glob("*.py"),
    PACKAGE / "receiver" / "metrics.py",
}
"""What is imported when it is asked for."""


def test_importing_the_package_loads_no_extra() -> None:
    """No room imports an extra at the package's own import."""
    rooms = CORE | OUT | IN | {"__init__"}
    heavy = {
        "PIL",
        "asyncpg",
        "click",
        "cryptography",
        "fpdf",
        "jinja2",
        "prometheus_client",
        "pyhanko",
        "rich",
    }
    users = {
        (path.name, name)
        for path in MODULES
        if room_of(path) in rooms and path not in LATE
        for name in imports_of(path)
        if name.split(".")[0] in heavy
    }

    assert users == set()


def test_importing_the_package_loads_no_database() -> None:
    """What keeps an inbox outside this process is loaded by who uses it."""
    load = "import sys, oneshot_async, oneshot_async.receiver; print(*sys.modules)"
    command = [sys.executable, "-c", load]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    environment.pop("COVERAGE_PROCESS_CONFIG", None)  # would load a database of its own
    printed = subprocess.check_output(command, env=environment, text=True)

    loaded = set(printed.split())
    databases = ("postgres", "asyncpg", "sqlite")
    assert "oneshot_async.stores" in loaded
    assert [name for name in loaded if any(d in name for d in databases)] == []


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree at the top of errors.py is the real one."""
    drawn = errors.__doc__ or ""
    defined = [
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, errors.OneShotError)
    ]

    assert [name for name in defined if f" {name}" not in drawn] == []


def test_every_module_can_be_imported() -> None:
    """Nothing depends on the order of imports."""
    for info in pkgutil.walk_packages([str(PACKAGE)], "oneshot_async."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)


def lengths() -> Iterator[int]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if any("overload" in ast.unparse(d) for d in node.decorator_list):
                    continue
                body = node.body[1:] if ast.get_docstring(node) else node.body
                yield (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_and_files_stay_short() -> None:
    """Half of the functions have 6 lines at most, nine of ten 16, no file over 300."""
    measured = sorted(lengths())

    assert statistics.median(measured) <= 6
    assert measured[int(len(measured) * 0.9)] <= 16
    assert [p.name for p in MODULES if p.read_text().count("\n") > 300] == []


def test_models_are_frozen_and_keep_secrets_out_of_their_repr() -> None:
    """A model does not change, and what identifies a person is not shown."""
    telling = {
        "given_name", "surname_1", "surname_2", "serial_number", "email", "pin",
        "mobile_phone_number", "password", "token", "token_uid", "username", "raw",
        "scratchcard", "puk", "erc", "enrollment_code", "content", "birth_date",
    }  # fmt: skip
    shown = [
        f"{kind.__name__}.{field.name}"
        for kind in vars(models).values()
        if attrs.has(kind)
        for field in attrs.fields(kind)
        if field.name in telling and field.repr is not False
    ]

    assert shown == ["Certificate.serial_number", "Token.password", "Token.pin"]
