//! When a run has ended every token is known: what was stored before a token came is held against it once more.

use super::Stop;
use crate::report::Checked;
use crate::wire::{Recorded, Seal};

pub(super) fn checked(seal: &Seal, checked: &mut Checked) {
    for finding in checked.findings_mut() {
        let texts = [
            &mut finding.expected,
            &mut finding.actual,
            &mut finding.minimal,
            &mut finding.curl,
            &mut finding.reproduce,
        ];
        texts.into_iter().for_each(|text| *text = seal.text(text));
    }
    checked.reason = checked.reason.take().map(|reason| seal.text(&reason));
    let swept = |stop: Stop| stop.map(|reason| seal.text(reason));
    checked.stop = checked.stop.take().map(swept);
    checked.left = std::mem::take(&mut checked.left).into_iter().map(|(id, stop)| (id, swept(stop))).collect();
}

pub(super) fn exchange(seal: &Seal, exchange: &mut Recorded) {
    let fields = exchange.request_fields.iter_mut().chain(&mut exchange.response_fields);
    let texts = [&mut exchange.uri, &mut exchange.request_body, &mut exchange.response_body];
    let texts = texts.into_iter().chain(fields.flat_map(|(name, value)| [name, value])).chain(&mut exchange.failure);
    texts.for_each(|text| *text = seal.text(text));
}
