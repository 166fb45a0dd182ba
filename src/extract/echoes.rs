//! Finds quotations that repeat words of a cited one, as headings do. Compares folded words in their order.

use std::collections::HashMap;

use crate::text::{TokenClass, push_key, tokens};

/// How many places of a word are looked at for one quotation: in a text where its rarest word is that common,
/// an echo says nothing.
const MOST_PLACES: usize = 4096;

/// The words of all cited quotations.
#[derive(Debug, Default)]
pub(super) struct Words {
    ids: HashMap<String, u32>,
    /// The words one after the other; [`BETWEEN`] between quotations.
    text: Vec<u32>,
    /// Where each word stands, ascending; by its number.
    places: Vec<Vec<u32>>,
    /// Where the words of each quotation start, ascending.
    starts: Vec<usize>,
}

/// Stands between the words of two quotations.
const BETWEEN: u32 = u32::MAX;

impl Words {
    /// Adds the next cited quotation.
    pub(super) fn add(&mut self, quotation: &str) {
        self.starts.push(self.text.len());
        each_key(quotation, |key| {
            let id = if let Some(id) = self.ids.get(key) {
                *id
            } else {
                let id = u32::try_from(self.places.len()).unwrap_or(BETWEEN - 1);
                self.ids.insert(key.to_owned(), id);
                self.places.push(Vec::new());
                id
            };
            let place = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
            self.places[id as usize].push(place);
            self.text.push(id);
        });
        self.text.push(BETWEEN);
    }

    /// Returns the cited quotations whose words hold those of this one in their order: indices in the order
    /// in which they were added, ascending.
    pub(super) fn holding(&self, quotation: &str) -> Vec<usize> {
        let mut wanted = Some(Vec::new());
        each_key(quotation, |key| match (self.ids.get(key), &mut wanted) {
            (Some(id), Some(wanted)) => wanted.push(*id),
            (None, _) => wanted = None,
            (Some(_), None) => {}
        });
        let wanted = wanted.unwrap_or_default();
        let Some((rarest, id)) =
            wanted.iter().enumerate().min_by_key(|(_, id)| self.places[**id as usize].len())
        else {
            return Vec::new();
        };
        let mut holding = Vec::new();
        for &place in self.places[*id as usize].iter().take(MOST_PLACES) {
            let Some(start) = (place as usize).checked_sub(rarest) else { continue };
            if self.text[start..].starts_with(&wanted) {
                let quotation = self.starts.partition_point(|&s| s <= start) - 1;
                if holding.last() != Some(&quotation) {
                    holding.push(quotation);
                }
            }
        }
        holding
    }
}

/// Calls a function with the folded form of each word of a text.
fn each_key(text: &str, mut with: impl FnMut(&str)) {
    let mut key = String::new();
    for token in tokens(text) {
        match token.class {
            TokenClass::Word | TokenClass::Number | TokenClass::Ideograph => {}
            TokenClass::Symbol | TokenClass::NoteMark | TokenClass::Emoji => continue,
        }
        key.clear();
        push_key(&text[token.range], token.class, &mut key);
        if !key.is_empty() {
            with(&key);
        }
    }
}
