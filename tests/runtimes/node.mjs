// Serves a module of the application in Node itself.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { assignment } from "./parent.mjs";
import { serve } from "./serve.mjs";

const { application, entry, apis } = assignment();
const module = pathToFileURL(path.join(application, entry));
for (const api of apis) {
  ({ default: api.worker } = await import(`${module}?${api.name}`)); // an instance each, as separate Workers have
}
await serve(apis);
