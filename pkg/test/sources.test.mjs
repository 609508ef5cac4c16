// Where a token may stand in a request, and where it may not: only in the Authorization field. Ids are those of validator/statements.json.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createValidator } from "countersign";
import { mint, options } from "./support/mint.mjs";

const token = await mint();
const validator = await createValidator(options());
const url = "https://api.example.com/orders";
const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: `access_token=${token}` };

/** What a request without any token gets: a challenge that blames nobody (RFC 6750 §3.1). */
async function assertNoToken(request) {
  const { ok, code, response } = await validator.authenticate(request);
  assert.deepEqual({ ok, code, status: response.status }, { ok: false, code: "missing_token", status: 401 });
  assert.equal(response.headers.get("www-authenticate"), 'Bearer realm="api"');
}

// RFC6750-2.3-10, OA21-5.1-10
test("a token in the query is none", async () => {
  for (const name of ["access_token", "%61ccess_token", "ACCESS_TOKEN", "token"]) {
    await assertNoToken(new Request(`${url}?${name}=${token}`));
    const both = new Request(`${url}?${name}=${token}x`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await validator.authenticate(both)).ok, true, "the field counts, and the query is no second way");
  }
});

// RFC6750-2.2-10, RFC6750-2.2-11, RFC6750-2-10
test("a token in the body is none, and the body is left to the caller", async () => {
  for (const type of ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8", "application/json", "text/plain"]) {
    const request = new Request(url, { ...form, headers: { "content-type": type } });
    await assertNoToken(request);
    assert.equal(request.bodyUsed, false);
    assert.equal(await request.text(), form.body);
  }
  await assertNoToken({ method: "GET", headers: { "content-type": form.headers["content-type"] }, body: form.body });
  const both = new Request(url, { ...form, headers: { ...form.headers, authorization: `Bearer ${token}` } });
  assert.equal((await validator.authenticate(both)).ok, true, "the field counts, and the body is no second way");
});

// RFC6750-5.3-10
test("a token in a cookie, or in any other field, is none", async () => {
  for (const [name, value] of [
    ["cookie", `access_token=${token}`],
    ["cookie", `Authorization=Bearer ${token}`],
    ["x-authorization", `Bearer ${token}`],
    ["proxy-authorization", `Bearer ${token}`],
    ["x-forwarded-authorization", `Bearer ${token}`],
    ["x-access-token", token],
  ]) {
    await assertNoToken({ headers: { [name]: value } });
  }
});

// RFC6750-3.1-10, RFC6750-2-10
test("two fields are one too many, whatever they say", async () => {
  const bearer = `Bearer ${token}`;
  for (const values of [[bearer, bearer], [bearer, "Basic dXNlcjpwYXNz"], ["Basic dXNlcjpwYXNz", bearer], [bearer, "DPoP x"], [bearer, bearer, bearer]]) {
    const { code, response } = await validator.authenticate({ headers: { authorization: values } });
    assert.deepEqual([code, response.status], ["multiple_tokens", 400], JSON.stringify(values.map((value) => value.slice(0, 6))));
  }
});
