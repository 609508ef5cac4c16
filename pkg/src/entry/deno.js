// Deno takes the module by a source phase import (from 2.6 on), which needs no permission; reading the file would need one.
import source module from "../../wasm/countersign_validator_bg.wasm";
import { initSync } from "../../wasm/countersign_validator.js";

initSync({ module });

export * from "../index.js";
