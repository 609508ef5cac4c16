//! What differs only in the request is one finding.

use super::Finding;
use std::collections::HashMap;

/// Different wrong answers that are told of one statement in one check; what follows says nothing new to whoever mends it.
const MOST_ANSWERS: usize = 10;

/// What is told together.
#[derive(PartialEq, Eq, Hash)]
struct Kind {
    requirement: Option<String>,
    level: &'static str,
    expected: String,
    actual: String,
}

impl Kind {
    fn of(finding: &Finding) -> Self {
        let Finding { requirement, level, expected, actual, .. } = finding.clone();
        Self { requirement, level: level.name(), expected, actual }
    }
}

/// One finding for each wrong answer, with every exchange that shows it.
pub(super) fn grouped(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<Kind, usize> = HashMap::new();
    for finding in findings {
        let kind = Kind::of(&finding);
        if let Some(group) = known.get(&kind).and_then(|index| groups.get_mut(*index)) {
            group.show(finding.exchanges);
            continue;
        }
        let mut of_statement = groups.iter_mut().enumerate().filter(|(_, group)| {
            (&group.finding.requirement, group.finding.level.name()) == (&kind.requirement, kind.level)
        });
        let index = match of_statement.nth(MOST_ANSWERS - 1) {
            Some((index, last)) => {
                last.others += 1;
                last.show(finding.exchanges);
                index
            }
            None => {
                groups.push(Group { finding, others: 0 });
                groups.len() - 1
            }
        };
        known.insert(kind, index);
    }
    groups.into_iter().map(Group::told).collect()
}

/// A finding, and how many kinds are told with it because there are too many.
struct Group {
    finding: Finding,
    others: usize,
}

impl Group {
    fn show(&mut self, exchanges: Vec<usize>) {
        for exchange in exchanges {
            if !self.finding.exchanges.contains(&exchange) {
                self.finding.exchanges.push(exchange);
            }
        }
    }

    fn told(mut self) -> Finding {
        if self.others > 0 {
            self.finding.actual.push_str(&format!(", and {} more that are wrong in other ways", self.others));
        }
        self.finding
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::check;
    use crate::testing::*;
    use crate::wire::Response;
    use serde_json::{Value, json};

    /// What `keys/material` finds in this set.
    async fn findings(keys: Vec<Value>) -> Vec<Finding> {
        let set = Response::json(200, &json!({"keys": keys}));
        let server = canned(move |request| (request.path() == "/jwks").then(|| set.clone()));
        server.checked(check("keys/material").unwrap()).await.findings().cloned().collect()
    }

    #[tokio::test]
    async fn an_exchange_that_shows_it_often_is_named_once() {
        let key = json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"});
        let findings = findings(vec![key; 500]).await;
        assert_eq!(findings.iter().map(|finding| finding.exchanges.len()).collect::<Vec<_>>(), [1]);
    }

    /// A set of keys may have thousands, each wrong in a way of its own.
    #[tokio::test]
    async fn wrong_answers_without_number_are_few_findings() {
        let key =
            |(x, y): (usize, usize)| json!({"kty": "EC", "crv": "P-256", "x": "AA".repeat(x), "y": "AA".repeat(y)});
        let ways: Vec<_> = (0..20).flat_map(|x| (0..20).map(move |y| (2 * x, 2 * y))).collect();
        let few = findings(ways.iter().copied().take(MOST_ANSWERS).map(key).collect()).await;
        assert_eq!(few.len(), MOST_ANSWERS);
        assert!(!few.iter().any(|finding| finding.actual.contains("more")), "{few:?}");
        let many = findings(ways.iter().copied().map(key).collect()).await;
        assert_eq!(many.len(), MOST_ANSWERS);
        assert_eq!(
            many.last().unwrap().actual,
            "coordinates of 0 and 27 octets, and 390 more that are wrong in other ways"
        );
        // Each run has a server of its own, at a port of its own.
        let told = |findings: &[Finding]| findings.iter().map(|finding| finding.actual.clone()).collect::<Vec<_>>();
        assert_eq!(told(&many)[..MOST_ANSWERS - 1], told(&few)[..MOST_ANSWERS - 1]);
    }
}
