// What Workers get from their platform: a port, and the environment.
import { serve } from "@hono/node-server";
import app from "./app.js";

const fetch = (request) => app.fetch(request, process.env);
serve({ fetch, hostname: process.env.HOST, port: Number(process.env.PORT ?? 3000) }, ({ port }) => console.log(`listening on ${port}`));
