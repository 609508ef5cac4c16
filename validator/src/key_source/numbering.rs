//! Numbers that no two key sources of one resource server share: the source at one of so many places counts its place,
//! its place and their number, and so on. The place can be read back from a number.

/// How a key source numbers its fetches and its key sets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbering {
    place: u32,
    of: u32,
}

impl Default for Numbering {
    /// Of a source by itself: 0, 1, 2 …
    fn default() -> Self {
        Self { place: 0, of: 1 }
    }
}

impl Numbering {
    /// Of the source at `place`, counted from 0, of so many. There is at least one.
    pub(crate) const fn new(place: u32, of: u32) -> Self {
        Self { place, of: if of == 0 { 1 } else { of } }
    }

    /// The ticket of the nth fetch. After 2^32, divided by the number of sources, they begin again.
    pub(super) fn ticket(self, nth: u32) -> u32 {
        let fit = u32::MAX.checked_div(self.of).unwrap_or(1);
        nth.checked_rem(fit).unwrap_or(0).saturating_mul(self.of).saturating_add(self.place)
    }

    /// The number of the nth key set. They do not begin again: one a second would take longer than any machine runs.
    pub(super) fn generation(self, nth: u64) -> u64 {
        nth.saturating_mul(self.of.into()).saturating_add(self.place.into())
    }

    /// The place of the source whose ticket this is.
    pub(crate) fn place_of(ticket: u32, of: u32) -> u32 {
        ticket.checked_rem(of).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_sources_share_a_number_and_each_ticket_finds_its_own() {
        for of in [1, 2, 3, 7, 128, 1000] {
            let mut numbers = BTreeSet::new();
            for place in 0..of {
                let numbering = Numbering::new(place, of);
                for nth in 0..50 {
                    assert_eq!(Numbering::place_of(numbering.ticket(nth), of), place);
                    assert!(numbers.insert(numbering.generation(nth.into())), "{place} of {of}: {nth}");
                }
            }
        }
    }

    #[test]
    fn tickets_find_their_source_when_they_begin_again() {
        for of in [1, 2, 3, 1000] {
            for (place, nth) in
                [(0, u32::MAX), (of - 1, u32::MAX), (of - 1, u32::MAX / of), (of - 1, u32::MAX / of - 1)]
            {
                assert_eq!(Numbering::place_of(Numbering::new(place, of).ticket(nth), of), place, "{nth} of {of}");
            }
        }
    }

    #[test]
    fn a_source_by_itself_counts_by_one() {
        let numbering = Numbering::default();
        assert_eq!([0, 1, 7].map(|nth| numbering.ticket(nth)), [0, 1, 7]);
        assert_eq!([0, 1, 7].map(|nth| numbering.generation(nth)), [0, 1, 7]);
    }
}
