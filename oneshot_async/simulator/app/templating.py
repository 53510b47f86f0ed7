"""Pages as templates; whatever is put into them is text, and escaped.

For names, statuses and the names of files are what strangers say they are.
"""

import json
from collections.abc import Mapping
from functools import partial

from jinja2 import DictLoader, Environment, StrictUndefined

from oneshot_async.simulator.pki import SIMULATED

from .files import files_in

_SOURCES = {name: content.decode() for name, content in files_in("templates").items()}
_TEMPLATES = Environment(
    loader=DictLoader(_SOURCES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["pretty"] = partial(json.dumps, indent=2, ensure_ascii=False)


def render(template: str, values: Mapping[str, object]) -> str:
    """Fill in a template."""
    return _TEMPLATES.get_template(template).render({"simulated": SIMULATED, **values})
