//! A real authorization server, the packed package in a real runtime, and the table of what its API answers.

use countersign_tests::Result;
use countersign_tests::application::Application;
use countersign_tests::node::Node;
use countersign_tests::runtime::{NODE, Runtime, WORKERD};
use countersign_tests::scenario::{ROWS, Stage};

fn holds_in(runtime: &Runtime) -> Result<()> {
    let node = Node::find()?;
    Stage::install(&node, &|_| ())?;
    let application = Application::install(&node)?;
    let stage = Stage::start(&node, runtime, &application)?;
    for row in ROWS {
        let answer = stage.play(row)?;
        assert!(
            row.expected.is(&answer),
            "{} in {}: expected {:?}, got {answer:?}\n{}",
            row.name,
            runtime.name,
            row.expected,
            stage.output()
        );
    }
    Ok(())
}

#[test]
fn the_table_holds_in_workerd() -> Result<()> {
    holds_in(&WORKERD)
}

#[test]
fn the_table_holds_in_node() -> Result<()> {
    holds_in(&NODE)
}
