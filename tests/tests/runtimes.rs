//! The packed package gives the same verdicts in every runtime: one suite, and a storm of requests before there are keys.

use countersign_tests::node::Node;
use countersign_tests::runtime::{
    BUN, DENO, EDGE_RUNTIME, NODE, NODE_REQUIRE, PAGE, Runtime, SERVICE_WORKER, WORKERD, WORKERD_WITH_NODE_CRYPTO,
};
use countersign_tests::suite::Stage;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

fn holds_in(runtime: &Runtime) -> Result<(), Box<dyn Error>> {
    // One runtime at a time: each may take all of the machine.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let node = Node::find()?;
    Runtime::install_all(&node, &|_| ())?;
    let stage = Stage::start(&node, runtime)?;
    let (held, wrong) = stage.play()?;
    let shown = || format!("{}: {held}\n{}", runtime.name, stage.output());
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), shown());
    for part in ["check", "corpus", "differential", "wycheproof", "trap", "network"] {
        assert!(held[part].as_u64() > Some(0), "{part} compared nothing in {}", shown());
    }

    let (answers, asked) = stage.storm()?;
    assert!(answers.iter().all(|answer| answer == "accepted"), "{answers:?}\n{}", shown());
    assert_eq!(asked.to_string(), r#"{"keys":1,"metadata":1}"#, "{}", shown());
    Ok(())
}

/// One test a row.
macro_rules! runtimes {
    ($($name:ident: $runtime:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() -> Result<(), Box<dyn Error>> {
                holds_in(&$runtime)
            }
        )*
    };
}

runtimes! {
    node: NODE,
    node_by_require: NODE_REQUIRE,
    bun: BUN,
    deno: DENO,
    workerd: WORKERD,
    workerd_with_node_crypto: WORKERD_WITH_NODE_CRYPTO,
    edge_runtime: EDGE_RUNTIME,
    a_page_in_chromium: PAGE,
    a_service_worker_in_chromium: SERVICE_WORKER,
}
