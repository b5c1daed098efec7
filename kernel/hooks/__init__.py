"""Synchronous extension points: hooks of four kinds, and services that one addon may replace.

An addon offers a hook by declaring its spec; others implement it by name, without an import. pluggy keeps the
implementations and checks their signatures; we call them ourselves, in the order of the addon graph, only those of
enabled addons, each as code of its own addon.
"""

from __future__ import annotations

from kernel.hooks.calls import Hooks, call_hook, init_app
from kernel.hooks.replaceable import Replaceable, replaceable, replaces
from kernel.hooks.specs import HookSpec, hook, hookspec

__all__ = ["HookSpec", "Hooks", "Replaceable", "call_hook", "hook", "hookspec", "init_app", "replaceable", "replaces"]
