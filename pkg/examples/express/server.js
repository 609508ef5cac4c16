// An API with Express.
import { createValidator } from "countersign";
import express from "express";
import { bearer } from "./bearer.js";

const validator = await createValidator({
  issuer: process.env.ISSUER,
  audience: process.env.AUDIENCE,
  allowInsecureLoopback: process.env.DEVELOPMENT === "true", // for servers on this machine
});

const app = express();
app.get("/", (_request, response) => response.send("open to everybody"));
app.get("/orders", bearer(validator, { scopes: ["orders:read"] }), (request, response) => {
  response.json({ caller: request.token.clientId });
});
app.post("/orders", bearer(validator, { scopes: ["orders:write"] }), (request, response) => {
  response.status(201).json({ caller: request.token.clientId });
});

const server = app.listen(Number(process.env.PORT ?? 3000), process.env.HOST, () => console.log(`listening on ${server.address().port}`));
