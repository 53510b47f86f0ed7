"""Feed the targets with inputs that are chosen by the code they reach (atheris).

    python tests/fuzz/run.py [TARGET] [libFuzzer options, as -runs=1000000]

Without a target it goes through all of them. An input that breaks one is written to a
file and named; it belongs into a test of the ordinary suite.
"""

import re
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

import atheris

with atheris.instrument_imports(include=["oneshot_async"]):
    FOUND = runpy.run_path(str(Path(__file__).with_name("targets.py")))

TARGETS, SEEDS = FOUND["TARGETS"], FOUND["SEEDS"]

RUNS = "-runs=200000"
WORDS = re.compile(rb'"\w+"|[\w.~-]{4,}')


def fuzz(name, options):
    """Run one target; libFuzzer ends the process."""
    target = TARGETS[name]
    seeds = SEEDS[target]
    with tempfile.TemporaryDirectory() as folder:
        dictionary, corpus = Path(folder, "words"), Path(folder, "corpus")
        dictionary.write_text("\n".join(map(entry, words_in(seeds))))
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(seed)
        usual = [f"-dict={dictionary}", "-max_len=4096", "-verbosity=0", RUNS]
        atheris.Setup([name, *usual, *options, str(corpus)], target)
        atheris.Fuzz()


def words_in(seeds):
    """Return what is worth putting into an input as a whole."""
    return sorted({word for seed in seeds for word in WORDS.findall(seed)})


def entry(word):
    """Write a word as a line of a libFuzzer dictionary."""
    escaped = "".join(f"\\x{byte:02x}" for byte in word)
    return f'"{escaped}"'


def fuzz_all(options):
    """Run every target in a process of its own, and tell how long each took."""
    for name in TARGETS:
        began = monotonic()
        subprocess.run([sys.executable, __file__, name, *options], check=True)
        sys.stdout.write(f"{name}: {monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    first = sys.argv[1:2]
    if first and first[0] in TARGETS:
        fuzz(first[0], sys.argv[2:])
    else:
        fuzz_all(sys.argv[1:])
