"""Starts the project on a port that the system chooses, with its clients."""

import logging
import os
import secrets

import django
from django.core.management import call_command
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.wsgi import get_wsgi_application

from parent import end_with_parent, ready

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
logging.getLogger("django").setLevel(logging.ERROR)
SECRET = secrets.token_urlsafe(24)


def register(client_id, secret=SECRET, grant="client-credentials", kind="confidential"):
    from oauth2_provider.models import Application

    Application.objects.create(
        name=client_id,
        client_id=client_id,
        client_secret=secret,
        client_type=kind,
        authorization_grant_type=grant,
        redirect_uris="https://app.example/callback",
    )


call_command("migrate", verbosity=0)
for job in ["checked-job", "second-job", "disposable-job", "read-only-job"]:
    register(job)
register("no-grant-job", grant="authorization-code")
register("public-job", secret="", kind="public")
register("reserved: +&%/job", secret=f"{SECRET} :+&%/=")

# One thread, because the database is in its memory.
listener = WSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
listener.set_app(get_wsgi_application())
end_with_parent()
ready(issuer=f"http://127.0.0.1:{listener.server_port}/o", secret=SECRET)
listener.serve_forever()
