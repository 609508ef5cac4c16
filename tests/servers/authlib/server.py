"""Authlib's authorization server in Flask, as its documentation puts it together: JWT access tokens by RFC 9068,
introspection, revocation, metadata by RFC 8414, and a protected resource. Clients are in memory."""

import logging
import os
import secrets
from dataclasses import dataclass

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant
from authlib.oauth2.rfc6749.util import list_to_scope, scope_to_list
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import (
    JWTBearerTokenGenerator,
    JWTBearerTokenValidator,
    JWTIntrospectionEndpoint,
    JWTRevocationEndpoint,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, jsonify
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from parent import end_with_parent, ready

# Plain HTTP, which is for loopback alone.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
logging.getLogger("werkzeug").setLevel(logging.ERROR)

LIFETIME_SECONDS = 10
SECRET = secrets.token_urlsafe(24)
METHODS = ["client_secret_basic", "client_secret_post"]
KEYS = KeySet([RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})])


@dataclass
class Client(ClientMixin):
    client_id: str
    secret: str = SECRET
    scope: str = "orders:read orders:write"
    grants: tuple = ("client_credentials",)
    methods: tuple = tuple(METHODS)

    def get_client_id(self):
        return self.client_id

    def get_allowed_scope(self, scope):
        allowed = scope_to_list(self.scope)
        return list_to_scope([one for one in scope_to_list(scope or self.scope) if one in allowed])

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.secret, client_secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method in self.methods

    def check_grant_type(self, grant_type):
        return grant_type in self.grants


CLIENTS = {
    client.client_id: client
    for client in [
        Client("checked-job"),
        Client("second-job"),
        Client("disposable-job"),
        Client("read-only-job", scope="orders:read"),
        Client("no-grant-job", grants=("authorization_code",)),
        Client("public-job", secret="", methods=("none",)),
        Client("reserved: +&%/job", secret=f"{SECRET} :+&%/="),
    ]
}


class ClientCredentials(ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


class AuthorizationCode(AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code, client):
        return None


class SharedKeys:
    def get_jwks(self):
        return KEYS


class Tokens(SharedKeys, JWTBearerTokenGenerator):
    def get_audiences(self, client, user, scope):
        return [f"{self.issuer}/orders"]


class Introspection(SharedKeys, JWTIntrospectionEndpoint):
    CLIENT_AUTH_METHODS = METHODS

    def check_permission(self, token, client, request):
        return token["client_id"] == client.client_id


class Revocation(SharedKeys, JWTRevocationEndpoint):
    CLIENT_AUTH_METHODS = METHODS


class IntrospectionOfOthers(IntrospectionEndpoint):
    """The documented second endpoint, for tokens that are no JWT; there are none."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string, token_type_hint):
        return None


class RevocationOfOthers(RevocationEndpoint):
    """Likewise."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string, token_type_hint):
        return None


class Validator(SharedKeys, JWTBearerTokenValidator):
    pass


app = Flask(__name__)
listener = make_server("127.0.0.1", 0, app, threaded=True)
issuer = f"http://127.0.0.1:{listener.server_port}"
app.config["OAUTH2_SCOPES_SUPPORTED"] = ["orders:read", "orders:write"]

server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=lambda token, request: None)
server.register_token_generator("default", Tokens(issuer, expires_generator=LIFETIME_SECONDS))
server.register_grant(ClientCredentials)
server.register_grant(AuthorizationCode)
for endpoint in [Introspection(issuer), IntrospectionOfOthers, Revocation(issuer), RevocationOfOthers]:
    server.register_endpoint(endpoint)

require_oauth = ResourceProtector()
require_oauth.register_token_validator(Validator(issuer, resource_server=f"{issuer}/orders"))

metadata = AuthorizationServerMetadata(
    issuer=issuer,
    token_endpoint=f"{issuer}/token",
    jwks_uri=f"{issuer}/jwks",
    introspection_endpoint=f"{issuer}/introspect",
    revocation_endpoint=f"{issuer}/revoke",
    scopes_supported=["orders:read", "orders:write"],
    response_types_supported=["code"],
    grant_types_supported=["client_credentials"],
    token_endpoint_auth_methods_supported=METHODS,
    introspection_endpoint_auth_methods_supported=METHODS,
    revocation_endpoint_auth_methods_supported=METHODS,
)


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/introspect")
def introspect():
    return server.create_endpoint_response("introspection")


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.get("/jwks")
def jwks():
    return jsonify(KEYS.as_dict(private=False))


@app.get("/.well-known/oauth-authorization-server")
def well_known():
    return jsonify(metadata)


@app.get("/orders")
@require_oauth("orders:read")
def orders():
    return jsonify(orders=[])


end_with_parent()
ready(issuer=issuer, secret=SECRET)
listener.serve_forever()
