"""Loads the demo with as many products as the command line says."""

from __future__ import annotations

import sys

from asoud_product.demo import load_products

from config import load_settings
from kernel.app import create_app
from kernel.context import in_addon
from kernel.db.statistics import analyse
from kernel.runtime import platform


def main(count: int) -> None:
    """Everything else comes as in the middle demo."""
    with create_app(load_settings(), role="cli").app_context():
        for contribution in platform.registry.contributions("demo"):
            with in_addon(contribution.owner):
                if contribution.owner == "product":
                    load_products(count, lambda steps: None)
                else:
                    contribution.value.load("medium", lambda steps: None)
        analyse()


if __name__ == "__main__":
    main(int(sys.argv[1]))
