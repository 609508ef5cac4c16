// A Worker that calls an API with its own token.
import { createClient } from "countersign/client";

let client; // at module scope there is no environment yet

export default {
  async fetch(request, environment) {
    client ??= createClient({
      tokenEndpoint: environment.TOKEN_ENDPOINT,
      clientId: "worker",
      clientSecret: "secret",
      origins: [environment.API],
      allowInsecureLoopback: true,
      timeoutSeconds: 2,
      fetch, // which this runtime calls illegal with another `this`
    });
    try {
      // A proxy hands on what it was sent, as init.
      const init = request.method === "GET" ? undefined : request;
      const response = await client.fetch(`${environment.API}/${new URL(request.url).search}`, init);
      return new Response(response.body, { status: response.status });
    } catch (error) {
      return Response.json({ code: error.code, message: error.message }, { status: 502 });
    }
  },
};
