"""One server process of the tests: `python run_site.py '<JSON options>'`. Patches before anything is imported."""

import json
import sys

if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    if options["async_mode"] == "eventlet":
        from kernel.eventlet_mode import monkey_patch

        monkey_patch()
    import site_server

    site_server.main(options)
