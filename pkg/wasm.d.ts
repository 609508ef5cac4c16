/** The wasm module as a file of its own: where static imports give it, the compiled module; where a bundler has another rule, what that gives. */
declare const module: WebAssembly.Module;
export default module;
