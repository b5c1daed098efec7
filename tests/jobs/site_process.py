"""A real process of the test site: `python -m tests.jobs.site_process worker|cron|publisher SETTINGS`."""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import time

from kernel.db import transaction
from kernel.events import publish
from kernel.runtime import platform
from tests.jobs import shop
from tests.jobs.site import make_site


def publish_for_ever() -> None:
    """Each number is written down together with its event and its jobs, so one can tell what must have come of it."""
    for number in itertools.count():
        name = f"{os.getpid()}-{number}"
        with transaction():
            shop.leave("published", number + os.getpid() * 100_000)
            publish(shop.Sold(number + os.getpid() * 100_000))
            shop.count_in.enqueue(number=number + os.getpid() * 100_000)
            shop.greet.enqueue(name=name)
        time.sleep(0.1)


def main(role: str, settings: str) -> None:
    app = make_site(create_tables=False, **json.loads(settings))
    print("ready", flush=True)
    if role == "worker":
        from kernel.jobs.worker import run_worker

        run_worker(app)
    elif role == "cron":
        from kernel.jobs.cron_process import run_cron

        run_cron(app)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        with app.app_context():
            assert platform.settings.redis_url
            publish_for_ever()


if __name__ == "__main__":
    main(*sys.argv[1:])
