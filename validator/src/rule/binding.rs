//! A token that is bound to a key comes with the proof of it (RFC 9449 §7, RFC 8705 §3), and never as a plain bearer token.
//!
//! RFC 7800 §3.1 lets unknown members of `cnf` be ignored; here every `cnf` without its proof is refused, because a
//! binding that is not checked protects nobody. A token with both bindings must have both proofs.
//!
//! [`Proven`] is the witness of it all: only this file makes one, and without one there is no verified token.

use super::{BindingCase, OnBinding, Rule};
use crate::{
    Algorithm, Refusal,
    confirmation::{Confirmation, Thumbprint},
    dpop::{Dpop, Expected, Fault, Proof, ReplayKey},
    key::PublicKey,
};

pub(super) const RULE: OnBinding = Rule {
    name: "binding",
    statements: &[
        "RFC9449-7.1-10",
        "RFC9449-7.2-10",
        "RFC9449-4.3-50",
        "RFC9449-4.3-51",
        "RFC9449-4.3-52",
        "RFC9449-4.3-53",
        "RFC9449-4.3-54",
        "RFC9449-9-10",
        "RFC9449-11.1-10",
        "RFC9449-11.1-11",
        "RFC9449-11.3-10",
        "RFC8705-3-10",
        "RFC8705-3.1-10",
        "RFC8705-6.2-10",
        "RFC7800-3.1-10",
    ],
    check,
};

/// Every key that the token is bound to has been proved; or it is bound to none.
#[derive(Debug, Clone)]
pub(crate) struct Proven(());

#[cfg(test)]
impl Proven {
    pub(crate) const fn for_tests() -> Self {
        Self(())
    }
}

/// What the binding still asks.
#[derive(Debug)]
pub(crate) enum Possession {
    Proven(Proven),
    /// The signature of the proof is to be checked.
    Unproven(Box<Unproven>),
}

/// A proof that is right in all but its signature, which is still to be checked.
#[derive(Debug)]
pub(crate) struct Unproven {
    proof: Proof,
    /// What to remember, where there is a memory.
    replay: Option<ReplayKey>,
}

fn check(case: &BindingCase<'_>) -> Result<Possession, Refusal> {
    let confirmation = case.claims.confirmation();
    if let Some(confirmation) = confirmation {
        check_certificate(confirmation, case)?;
    }
    let proof_key = confirmation.and_then(|confirmation| confirmation.proof_key);
    match (&case.presentation.dpop, proof_key) {
        (None, None) if case.policy.dpop().is_some_and(Dpop::is_required) => Err(Refusal::ClaimMissing("cnf")),
        (None, None) => Ok(Possession::Proven(Proven(()))),
        (None, Some(_)) => Err(Refusal::BoundToken),
        (Some(_), None) => Err(Refusal::ClaimMissing("cnf")),
        (Some(_), Some(Thumbprint::Malformed)) => Err(Refusal::ClaimInvalid("cnf")),
        (Some(request), Some(Thumbprint::Is(key))) => {
            // DPoP that the policy does not have is another scheme, and no token came with it.
            let dpop = case.policy.dpop().ok_or(Refusal::NoToken)?;
            let field = request.proof().map_err(Refusal::ProofInvalid)?;
            let proof = Proof::parse(field, dpop.algorithms()).map_err(Refusal::ProofInvalid)?;
            proof.check(&Expected {
                dpop,
                key,
                token_hash: (case.token_hash)(),
                method: &request.method,
                uri: &request.uri,
                tolerance_seconds: case.policy.tolerance_seconds(),
                now: case.now,
            })?;
            let replay = dpop.remembers().then(|| proof.replay_key(dpop, case.policy.tolerance_seconds()));
            Ok(Possession::Unproven(Box::new(Unproven { proof, replay })))
        }
    }
}

/// What `cnf` says of a certificate, and that it says nothing that cannot be checked.
fn check_certificate(confirmation: &Confirmation, case: &BindingCase<'_>) -> Result<(), Refusal> {
    let is_bound_to_something = confirmation.proof_key.is_some() || confirmation.certificate.is_some();
    if confirmation.has_unchecked_key || !is_bound_to_something {
        return Err(Refusal::BoundToken);
    }
    match (confirmation.certificate, &case.presentation.certificate) {
        (None, _) => Ok(()),
        (Some(_), None) => Err(Refusal::BoundToken),
        (Some(Thumbprint::Is(expected)), Some(certificate)) if expected == *certificate.digest() => Ok(()),
        (Some(_), Some(_)) => Err(Refusal::CertificateMismatch),
    }
}

impl Unproven {
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.proof.algorithm()
    }

    pub(crate) const fn key(&self) -> &PublicKey {
        self.proof.key()
    }

    pub(crate) const fn input(&self) -> &[u8] {
        self.proof.signed()
    }

    pub(crate) fn signature(&self) -> &[u8] {
        self.proof.signature()
    }

    /// Takes the answer about the signature. What is to be remembered comes with the witness.
    pub(crate) fn finish(self, signature_is_valid: bool) -> Result<(Proven, Option<ReplayKey>), Refusal> {
        match signature_is_valid {
            true => Ok((Proven(()), self.replay)),
            false => Err(Refusal::ProofInvalid(Fault::Signature)),
        }
    }
}
