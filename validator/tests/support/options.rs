//! From the options of the npm package to a policy.

use countersign_validator::{Algorithm, Audience, Policy, Profile, scope::ScopeSource};

/// The policy of these options, as far as the corpus uses them.
pub fn policy(options: &serde_json::Value) -> Policy {
    let audience = match &options["audience"] {
        serde_json::Value::Null => Audience::NotChecked,
        serde_json::Value::String(one) => Audience::from([one.as_str()]),
        more => Audience::AnyOf(more.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()),
    };
    let mut policy = Policy::new(options["issuer"].as_str().unwrap(), audience).unwrap();
    for (name, value) in options.as_object().unwrap() {
        let number = || u32::try_from(value.as_u64().unwrap()).unwrap();
        policy = match name.as_str() {
            "issuer" | "audience" => policy,
            "clockToleranceSeconds" => policy.with_tolerance_seconds(number()).unwrap(),
            "maxLifetimeSeconds" => policy.with_max_lifetime_seconds(number()),
            "scopeClaims" => {
                let paths =
                    value.as_array().unwrap().iter().map(|path| ScopeSource::at(path.as_str().unwrap()).unwrap());
                policy.with_scope_sources(paths.collect::<Vec<_>>()).unwrap()
            }
            "maxAgeSeconds" => policy.with_max_age_seconds(number()),
            "maxTokenBytes" => policy.with_max_token_bytes(number() as usize).unwrap(),
            "profile" => policy.with_profile(Profile::from_name(value.as_str().unwrap()).unwrap()),
            "algorithms" => {
                let names = value.as_array().unwrap().iter();
                policy
                    .with_algorithms(
                        names.map(|name| Algorithm::from_name(name.as_str().unwrap()).unwrap()).collect::<Vec<_>>(),
                    )
                    .unwrap()
            }
            other => panic!("the test does not know the option {other}"),
        };
    }
    policy
}
