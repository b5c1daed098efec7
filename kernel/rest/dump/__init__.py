"""Dumping through marshmallow schemas without marshmallow's cost: a schema's dump is compiled once to straight code.

The result, the order of what happens and every exception are marshmallow's; what isn't known is left to marshmallow.
"""

from kernel.rest.dump.expressions import Bind, CompilesItself
from kernel.rest.dump.plan import compiled, dump

__all__ = ["Bind", "CompilesItself", "compiled", "dump"]
