//! What cargo alone cannot do: build the wasm, run the demo, run every test.

fn main() {}
