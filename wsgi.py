"""The production WSGI entry: ``granian --interface wsgi wsgi:app``, or gunicorn with `kernel.serving.gunicorn`."""

from kernel.serving.lasting import made_to_last

with made_to_last():
    from kernel.serving.wsgi import make_application

    app = make_application()
