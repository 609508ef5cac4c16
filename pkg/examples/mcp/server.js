import { application } from "./app.js";

const { ISSUER, RESOURCE, PORT = "3000", HOST } = process.env;
const app = await application({ issuer: ISSUER, resource: RESOURCE });
const server = app.listen(Number(PORT), HOST, () => console.log(`listening on ${server.address().port}`));
