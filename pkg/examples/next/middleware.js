// Middleware of Next.js, on the edge or in Node: nothing under /api is reached without a token. From Next.js 16 on this file is called
// proxy.js; what it exports is the same. It needs nothing of Next.js, because a Response is an answer and nothing lets the request pass.
import { createValidator } from "countersign";

const READING = ["GET", "HEAD"];
// The value, not its promise: requests on the edge must not wait for each other's promises. Of two that come first at once, each may make
// one; the first that is kept serves both.
let validator;

export default async function middleware(request) {
  const made =
    validator ??
    (await createValidator({
      issuer: process.env.ISSUER,
      audience: process.env.AUDIENCE,
      allowInsecureLoopback: process.env.DEVELOPMENT === "true", // for servers on this machine
    }));
  validator ??= made;
  const result = await validator.authenticate(request, { scopes: [READING.includes(request.method) ? "orders:read" : "orders:write"] });
  if (!result.ok) return result.response;
}

export const config = { matcher: "/api/:path*" };
