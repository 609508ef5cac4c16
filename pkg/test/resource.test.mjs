// The metadata of the API (RFC 9728), and the options that are about senders: what is wrong is named.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createValidator } from "countersign";
import { options } from "./support/mint.mjs";
import { challengesOf } from "./support/prove.mjs";

const resource = "https://api.example.com/orders";

describe("resourceMetadata", () => {
  for (const [title, changes, document] of [
    ["a text", { resourceMetadata: resource }, { resource, authorization_servers: ["https://as.example.com"], bearer_methods_supported: ["header"] }],
    [
      "everything",
      {
        dpop: { algorithms: ["ES256", "EdDSA"] },
        resourceMetadata: { resource, authorizationServers: ["https://one.example.com"], scopesSupported: ["orders:read"], certificateBoundTokens: true },
      },
      {
        resource,
        authorization_servers: ["https://one.example.com"],
        scopes_supported: ["orders:read"],
        bearer_methods_supported: ["header"],
        dpop_signing_alg_values_supported: ["ES256", "EdDSA"],
        tls_client_certificate_bound_access_tokens: true,
      },
    ],
    [
      "DPoP that is required",
      { dpop: { algorithms: ["ES256"], required: true }, resourceMetadata: { resource } },
      {
        resource,
        authorization_servers: ["https://as.example.com"],
        bearer_methods_supported: [],
        dpop_signing_alg_values_supported: ["ES256"],
        dpop_bound_access_tokens_required: true,
      },
    ],
  ]) {
    test(title, async () => {
      const { resourceMetadata } = await createValidator(options(changes));
      assert.deepEqual(resourceMetadata, { url: "https://api.example.com/.well-known/oauth-protected-resource/orders", document });
      for (const part of [resourceMetadata, resourceMetadata.document, resourceMetadata.document.authorization_servers]) assert.ok(Object.isFrozen(part));
    });
  }

  test("its URL stands in every challenge", async () => {
    const validator = await createValidator(options({ dpop: true, resourceMetadata: resource }));
    for (const authorization of [undefined, "Bearer x", "DPoP x", "Bearer"]) {
      const request = new Request("https://api.example.com/", { headers: authorization && { authorization } });
      const challenges = Object.values(challengesOf((await validator.authenticate(request)).response));
      assert.equal(challenges.length, 2);
      for (const { resource_metadata } of challenges) assert.equal(resource_metadata, validator.resourceMetadata.url);
    }
  });

  test("without it there is none", async () => {
    const validator = await createValidator(options());
    assert.equal(validator.resourceMetadata, undefined);
    assert.ok("resourceMetadata" in validator);
  });
});

describe("misuse", () => {
  const secret = "a secret of thirty-two characters";
  const text = "x".repeat(31);
  for (const [title, changes, name] of [
    ["dpop as text", { dpop: "yes" }, "dpop"],
    ["dpop as a number", { dpop: 1 }, "dpop"],
    ["dpop null", { dpop: null }, "dpop"],
    ["dpop as a list", { dpop: [] }, "dpop"],
    ["dpop as a function", { dpop: () => true }, "dpop"],
    ["dpop with a misspelt member", { dpop: { nonceSecrets: secret } }, "nonceSecrets"],
    ["dpop with __proto__", { dpop: JSON.parse('{"__proto__": {"required": true}}') }, "__proto__"],
    ["dpop without an algorithm", { dpop: { algorithms: [] } }, "dpop"],
    ["dpop with a shared secret", { dpop: { algorithms: ["HS256"] } }, "dpop"],
    ["dpop for ever", { dpop: { maxAgeSeconds: 301 } }, "dpop"],
    ["dpop for no time", { dpop: { maxAgeSeconds: 0 } }, "dpop"],
    ["required as text", { dpop: { required: "no" } }, "required"],
    // As `process.env.NONCE_SECRET` is where nobody set it.
    ["a nonce secret that is undefined", { dpop: { nonceSecret: undefined } }, "dpop"],
    ["a nonce secret that is empty", { dpop: { nonceSecret: "" } }, "dpop"],
    ["a nonce secret of 31 bytes", { dpop: { nonceSecret: text } }, "dpop"],
    ["a nonce secret as bytes", { dpop: { nonceSecret: new Uint8Array(32) } }, "nonceSecret"],
    ["nonceSeconds without a secret", { dpop: { nonceSeconds: 60 } }, "dpop"],
    ["nonceSeconds over the limit", { dpop: { nonceSecret: secret, nonceSeconds: 301 } }, "dpop"],
    ["origin with a slash", { origin: "https://api.example.com/" }, "origin"],
    ["origin with a path", { origin: "https://api.example.com/v1" }, "origin"],
    ["origin with its default port", { origin: "https://api.example.com:443" }, "origin"],
    ["origin without a scheme", { origin: "api.example.com" }, "origin"],
    ["origin of a file", { origin: "file://" }, "origin"],
    ["origin null", { origin: "null" }, "origin"],
    ["origin as a URL", { origin: new URL("https://api.example.com") }, "origin"],
    ["a resource without TLS", { resourceMetadata: "http://api.example.com" }, "resource"],
    ["no resource", { resourceMetadata: {} }, "resource"],
    ["a list of resources", { resourceMetadata: [resource] }, "resourceMetadata"],
    ["a misspelt member of the metadata", { resourceMetadata: { resource, scopes: ["a"] } }, "scopes"],
    ["scopes that are none", { resourceMetadata: { resource, scopesSupported: ["a b"] } }, "scopesSupported"],
  ]) {
    test(title, () =>
      assert.rejects(createValidator(options(changes)), (thrown) => {
        assert.equal(thrown.code, "invalid_configuration", String(thrown.stack));
        assert.ok(thrown.message.includes(`\`${name}\``), thrown.message);
        assert.ok(!thrown.message.includes(secret) && !thrown.message.includes(text), thrown.message);
        return true;
      }));
  }

  test("a getter is asked once", async () => {
    const asked = [];
    const dpop = { get required() { return asked.push("required") < 3; } };
    const given = { ...options(), get dpop() { return asked.push("dpop") && dpop; } };
    const validator = await createValidator(given);
    const { response } = await validator.authenticate(new Request("https://api.example.com/"));
    assert.deepEqual(Object.keys(challengesOf(response)), ["DPoP"]);
    assert.equal(asked.filter((name) => name === "required").length, 1);
  });

  test("what others have put on Object.prototype is no option", async () => {
    const pollute = { dpop: { required: true }, nonceSecret: secret, certificateThumbprint: "x", authentication: 1, origin: 1, store: 1, url: 1 };
    const request = new Request("https://api.example.com/");
    for (const [name, value] of Object.entries(pollute)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: false, writable: true });
      try {
        const validator = await createValidator(options({ dpop: {} }));
        for (const call of [{}, undefined]) {
          const { response } = await validator.authenticate(request, call);
          assert.deepEqual([response.status, ...Object.keys(challengesOf(response))], [401, "Bearer", "DPoP"], name);
        }
      } finally {
        delete Object.prototype[name];
      }
    }
  });

  test("a change to what was passed changes nothing afterwards", async () => {
    const dpop = { required: true, algorithms: ["ES256"] };
    const validator = await createValidator(options({ dpop }));
    dpop.required = false;
    dpop.algorithms.push("RS256");
    const { response } = await validator.authenticate(new Request("https://api.example.com/"));
    assert.deepEqual(challengesOf(response), { DPoP: { realm: "api", algs: "ES256" } });
  });
});
