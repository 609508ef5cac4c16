//! A token lives until it is revoked or expires, and never again.
//!
//! **Sent.** Random sequences of steps: a token is issued, to `[client]` or to `[companion.second]`; one is introspected,
//! or revoked, by its own client. After each sequence every token is introspected twice. Their end is not waited for:
//! `expiry/introspection` does that.
//!
//! **Demanded.** What was revoked is inactive, at once or within seconds, and stays so (RFC 7009 §2.1, RFC 7662 §4);
//! where that takes up to a minute, the steps after it say nothing. What was inactive once stays so; what one client
//! does ends no token of another. A token that dies though nothing happened is a warning. That a server ends a client's
//! other tokens with the one that is revoked, or with the next one that it issues, is its policy.
//!
//! **Why it matters.** Each step alone works in every test; servers remember, forget and cache between the steps.
//!
//! **The attack.** A stolen token that was reported and is dead is waited for: it comes alive when the cache is
//! filled again.
//!
//! **How servers went wrong.** A token out of the cache is handed out after it was revoked; revocations stand in a
//! list that is cut; introspection consumes what it shows.

use crate::checks::prelude::*;
use crate::property::{Scene, cases, falsify_within, lives};
use crate::reference::Lapse;

pub(crate) const CHECK: Check = Check {
    id: "robustness/life-of-tokens",
    source: include_str!("life_of_tokens.rs"),
    statements: &["HARNESS-12", "RFC7662-4-11", "RFC7009-2.1-04", "RFC7662-2.2-01"],
    needs: &[Need::Introspection, Need::Revocation, Need::SecondClient],
    faults: &[
        lapse("revived", "revives revoked tokens when it issues the next", Lapse::Revived),
        lapse("one-revocation", "remembers the last revocation only", Lapse::OneRevocation),
        lapse("everybody", "ends the tokens of every client with the one that is revoked", Lapse::Everybody),
        Fault { level: Level::Should, ..lapse("one-look", "ends a token when it was looked at", Lapse::OneLook) },
    ],
    run: |probe| Box::pin(run(probe)),
};

const fn lapse(variant: &'static str, says: &'static str, lapse: Lapse) -> Fault {
    Fault::new(variant, says, lapse.deviation())
}

/// A sequence is many requests: one for so many values of another property, but not fewer than find anything.
const SHARE: u32 = 2;
const FEWEST: u32 = 8;

async fn run(probe: &mut Probe<'_>) -> Outcome {
    let mut scene = Scene::default();
    if !scene.enter(probe, probe.request()).await? {
        return Err(Stop::NotApplicable("introspection does not tell this client of its live token".into()));
    }
    let second = probe.request_of(probe.companion(Role::Second)?);
    if !scene.enter(probe, second).await? {
        let reason = "introspection does not tell [companion.second] of its live token";
        probe.leave("RFC7009-2.1-04", Stop::NotApplicable(reason.into()));
    }
    let cases = cases(probe)?.div_ceil(SHARE).max(FEWEST);
    let steps = lives(scene.clients());
    falsify_within(probe, cases, &steps, async |probe, trial, steps| scene.play(probe, trial, &steps).await).await?;
    let shown = scene.shown();
    if !shown.revoked {
        return Err(Stop::NotApplicable("the server revokes no access tokens".into()));
    }
    if shown.cut_short {
        let reason =
            "tokens end before it can be seen whether they were revoked: use a client whose tokens live longer";
        return Err(Stop::Inconclusive(reason.into()));
    }
    if !shown.died {
        let reason = "tokens end too early to be seen dead before";
        probe.leave("RFC7662-4-11", Stop::NotApplicable(reason.into()));
    }
    if !shown.ended {
        let reason = "no token ended but by its own revocation; what expires is looked at in `expiry/introspection`";
        probe.leave("HARNESS-12", Stop::NotApplicable(reason.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Status;
    use crate::testing::*;
    use std::sync::Mutex;

    /// The tokens of a canned server, in the order in which they were issued: whose, revoked or not, looks.
    type Book = Vec<(String, bool, u32)>;

    /// A server that keeps such a book; `issues` is done to it before a token is issued, `revokes` with the number of
    /// the one that is revoked, and `active` reads it.
    fn server(
        issues: fn(&mut Book, &str),
        revokes: fn(&mut Book, usize),
        active: fn(&(String, bool, u32)) -> bool,
    ) -> Canned {
        let book: Mutex<Book> = Mutex::default();
        canned(move |request| {
            let book = &mut *book.lock().unwrap();
            let client = request.fields.get("Authorization").unwrap_or_default().to_owned();
            let number =
                request.form().get("token").and_then(|token| token.strip_prefix("opaque-token-")?.parse().ok());
            let number = number.filter(|number: &usize| *number < book.len());
            match (request.path(), number) {
                ("/token", _) => {
                    issues(book, &client);
                    book.push((client, false, 0));
                    Some(token_with("access_token", format!("opaque-token-{}", book.len() - 1)))
                }
                ("/introspect", Some(number)) => {
                    book[number].2 += 1;
                    Some(Response::json(200, &json!({"active": active(&book[number])})))
                }
                ("/revoke", Some(number)) => {
                    revokes(book, number);
                    Some(Response::empty(200))
                }
                _ => None,
            }
        })
    }

    fn revoke(book: &mut Book, number: usize) {
        book[number].1 = true;
    }

    fn lives(token: &(String, bool, u32)) -> bool {
        !token.1
    }

    #[tokio::test]
    async fn canned_replies() {
        let nothing = |_: &mut Book, _: &str| ();
        assert_eq!(server(nothing, revoke, lives).verdict(&CHECK).await, "pass");
        let related = |book: &mut Book, number: usize| {
            let owner = book[number].0.clone();
            book.iter_mut().filter(|token| token.0 == owner).for_each(|token| token.1 = true);
        };
        assert_eq!(server(nothing, related, lives).verdict(&CHECK).await, "pass");
        let all = |book: &mut Book, _: usize| book.iter_mut().for_each(|token| token.1 = true);
        // It takes a revocation after the last token of the other client: some sequences more than usual.
        let mut everybody = server(nothing, all, lives);
        everybody.edit = |config| config.limits.cases = 128;
        assert_eq!(everybody.verdict(&CHECK).await, "fail must RFC7009-2.1-04");
        let newest = |book: &mut Book, client: &str| {
            book.iter_mut().filter(|token| token.0 == client).for_each(|token| token.1 = true);
        };
        assert_eq!(server(newest, revoke, lives).verdict(&CHECK).await, "pass");
        let once = |token: &(String, bool, u32)| !token.1 && token.2 < 2;
        assert_eq!(server(nothing, revoke, once).verdict(&CHECK).await, "fail should RFC7662-2.2-01");
        let nobody = |_: &(String, bool, u32)| false;
        assert_eq!(server(nothing, revoke, nobody).verdict(&CHECK).await, "skip");
        // Machines that hear of a revocation a few looks later than the steps after it.
        let begins = |book: &mut Book, number: usize| book[number] = (book[number].0.clone(), true, 0);
        let late = |token: &(String, bool, u32)| !token.1 || token.2 <= 6;
        assert_eq!(server(nothing, begins, late).verdict(&CHECK).await, "inconclusive");
        let never = |_: &(String, bool, u32)| true;
        assert_eq!(server(nothing, revoke, never).verdict(&CHECK).await, "fail must RFC7662-4-11");
        // Each request takes so long that a token ends between two looks.
        let mut flaps = server(nothing, revoke, |token| !token.1 && token.2 != 2);
        flaps.edit = |config| (config.limits.requests_per_second, config.limits.cases) = (Some(0.02), 128);
        assert_eq!(flaps.verdict(&CHECK).await, "fail must HARNESS-12");
        let unrevoked = canned(|request| match request.path() {
            "/introspect" => Some(Response::json(200, &json!({"active": true}))),
            "/revoke" => Some(refusal(400, "unsupported_token_type")),
            _ => None,
        });
        assert_eq!(unrevoked.verdict(&CHECK).await, "skip");
        let busy = canned(|request| (request.path() == "/introspect").then(|| busy(503)));
        assert_eq!(busy.verdict(&CHECK).await, "inconclusive");
    }

    /// One client that plays alone shows nothing of what it does to another's tokens.
    #[tokio::test]
    async fn a_second_client_that_is_told_nothing_is_no_player() {
        for (told, status) in [(true, Status::Met), (false, Status::NotApplicable)] {
            let whole = server(|_, _| (), revoke, lives);
            let mut server = canned(move |request| {
                let client = basic_id(request.fields.get("Authorization").unwrap_or_default());
                let silent = !told && client.as_deref() == Some("second") && request.path() == "/introspect";
                if silent { Some(Response::json(200, &json!({"active": false}))) } else { whole.reply(request) }
            });
            server.edit = |config| config.limits.cases = 1;
            assert_eq!(server.status(&CHECK, "RFC7009-2.1-04").await, status);
            assert_eq!(server.status(&CHECK, "RFC7662-4-11").await, Status::Met);
        }
    }

    /// However long the sequence was that showed it, what is told is the shortest.
    #[tokio::test]
    async fn a_sequence_is_made_as_short_as_it_goes() {
        let revive = |book: &mut Book, _: &str| book.iter_mut().for_each(|token| token.1 = false);
        let checked = server(revive, revoke, lives).checked(&CHECK).await;
        let actual = checked.finding.unwrap().actual;
        assert_eq!(actual, "active after: issue A, revoke A, issue B, introspect A");
    }
}
