//! A mutated request, and what it costs the client that it names.

use super::{Credentials, Stop, TokenRequest};
use crate::target::Limits;
use crate::wire::Request;
use jiff::Timestamp;
use std::cell::Cell;

/// How many failed logins the run has caused.
#[derive(Debug, Default)]
pub(super) struct Purse {
    failed: Cell<usize>,
    wrong_secrets: Cell<usize>,
}

/// A mutated request and what it costs.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub(crate) request: Request,
    /// What the request was made of, if it is another each time.
    draft: Option<TokenRequest>,
    pub(super) cost: Cost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    Nothing,
    FailedAuthentication,
    WrongSecret,
}

impl From<TokenRequest> for Attempt {
    fn from(draft: TokenRequest) -> Self {
        let request = draft.to_request();
        let draft = matches!(draft.credentials, Credentials::Assertion(_)).then_some(draft);
        Self { draft, ..Self::from(request) }
    }
}

impl From<Request> for Attempt {
    fn from(request: Request) -> Self {
        Self { request, draft: None, cost: Cost::Nothing }
    }
}

impl Attempt {
    /// Good credentials of an existing client that the server should refuse for another reason.
    #[must_use]
    pub fn fails_authentication(self) -> Self {
        Self { cost: Cost::FailedAuthentication, ..self }
    }

    /// Whether no login fails by it.
    pub(super) fn is_free(&self) -> bool {
        self.cost == Cost::Nothing
    }

    /// The request once more, with an assertion of this moment; none, if it is fixed, was read and is good once.
    pub(super) fn again(&self, was_read: bool, now: Timestamp) -> Option<Request> {
        match &self.draft {
            Some(draft) => Some(draft.clone().at(now).to_request()),
            None => self.request.once_more(was_read),
        }
    }

    /// A wrong secret of an existing client.
    #[must_use]
    pub fn wrong_secret(self) -> Self {
        Self { cost: Cost::WrongSecret, ..self }
    }
}

impl Purse {
    /// Takes the cost of an attempt, while there is enough.
    pub(super) fn pay(&self, cost: Cost, most_failed: usize) -> Result<(), Stop> {
        if cost == Cost::WrongSecret {
            spend(&self.wrong_secrets, Limits::MAX_WRONG_SECRETS, "wrong secrets")?;
        }
        if cost != Cost::Nothing {
            spend(&self.failed, most_failed, "failed authentications")?;
        }
        Ok(())
    }

    /// Gives the cost of an attempt back that failed no login: it got a token.
    pub(super) fn refund(&self, cost: Cost) {
        let back = |counter: &Cell<usize>| counter.set(counter.get().saturating_sub(1));
        if cost == Cost::WrongSecret {
            back(&self.wrong_secrets);
        }
        if cost != Cost::Nothing {
            back(&self.failed);
        }
    }
}

fn spend(counter: &Cell<usize>, most: usize, what: &str) -> Result<(), Stop> {
    counter.set(counter.get() + 1);
    if counter.get() > most { Err(Stop::Inconclusive(format!("the budget of {most} {what} is spent"))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::Registry;
    use crate::target::Role;
    use crate::wire::Form;

    /// Whatever the configuration allows, a client is not locked out; and whatever it is, what costs nothing is free.
    #[test]
    fn wrong_secrets_are_few_whatever_the_configuration_says() {
        let purse = Purse::default();
        let paid = (0..50).filter(|_| purse.pay(Cost::WrongSecret, usize::MAX).is_ok()).count();
        assert_eq!(paid, Limits::MAX_WRONG_SECRETS);
        assert!(purse.pay(Cost::FailedAuthentication, usize::MAX).is_ok());
        let purse = Purse::default();
        let paid = (0..50).filter(|_| purse.pay(Cost::FailedAuthentication, 7).is_ok()).count();
        assert_eq!(paid, 7);
        assert!(purse.pay(Cost::WrongSecret, 7).is_err(), "a wrong secret is a failed login too");
        assert!(purse.pay(Cost::Nothing, 0).is_ok());
    }

    /// A server that remembers assertions and proofs would refuse the second, and what it says of the first is lost.
    #[test]
    fn what_is_good_once_is_not_sent_twice() {
        let mut fixed = Request::post("https://as.example/token", &Form::default());
        assert!(Attempt::from(fixed.clone()).again(true, Timestamp::UNIX_EPOCH).is_some());
        fixed.fields.set("DPoP", "a.b.c");
        let fixed = Attempt::from(fixed);
        assert!(fixed.again(true, Timestamp::UNIX_EPOCH).is_none());
        assert!(fixed.again(false, Timestamp::UNIX_EPOCH).is_some());
        let client = Registry.clients().1.remove(&Role::PrivateKeyJwt).unwrap();
        let request = TokenRequest::baseline("https://as.example/token", &client, None, "https://as.example");
        let signed = Attempt::from(request.clone());
        let again = signed.again(true, Timestamp::UNIX_EPOCH).unwrap();
        assert_ne!(again.form().get("client_assertion"), signed.request.form().get("client_assertion"));
        assert!(Attempt::from(request.to_request()).again(true, Timestamp::UNIX_EPOCH).is_none());
    }

    #[test]
    fn a_login_that_worked_costs_nothing() {
        let purse = Purse::default();
        for _ in 0..50 {
            purse.pay(Cost::WrongSecret, 1).unwrap();
            purse.refund(Cost::WrongSecret);
        }
        purse.pay(Cost::FailedAuthentication, 1).unwrap();
        assert!(purse.pay(Cost::FailedAuthentication, 1).is_err());
    }
}
