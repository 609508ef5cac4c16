// A mock of an authorization server as it comes: it knows no clients and checks no credentials.
import { OAuth2Server } from "oauth2-mock-server";
import { onParentGone, ready } from "../../runtimes/parent.mjs";

const server = new OAuth2Server();
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");

onParentGone(() => process.exit());
// Its issuer says `localhost`, which is why it is asked for and not put together.
ready({ issuer: server.issuer.url, secret: "any-secret-does" });
