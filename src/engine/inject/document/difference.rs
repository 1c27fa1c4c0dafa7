//! What makes one text of another: stretches to be replaced, each with the value that it belongs to.
//!
//! A stretch is found again where a document was edited meanwhile, because it is looked for inside of the value that it was
//! in, and there as near as can be to where it was. Lines are compared in documents of lines; in those in brackets, which may
//! be one line, the tokens are, and where these are looked for the blanks before them do not count: a cluster gives JSON back
//! with an indent of its own. Where a difference is kept is not here.

mod pieces;
mod shape;
mod spot;

use std::ops::Range;

use serde_json::json;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use pieces::{Pieces, Unit};
use shape::Shape;
use spot::{Items, Spot};

use crate::yaml::Value;
use crate::yaml::node::{Path, Tree};

/// A document, its value, and another document that it is to become.
pub(super) struct Comparison<'a> {
    value: &'a Value,
    unit: Unit,
    /// The one there is.
    tree: Tree,
    pieces: Pieces<'a>,
    /// The one that is wanted.
    wanted: Tree,
    wanted_value: &'a Value,
    wanted_pieces: Pieces<'a>,
}

impl<'a> Comparison<'a> {
    /// `None` where one of the two is no YAML.
    pub(super) fn new(
        (from, value): (&'a str, &'a Value),
        (to, wanted_value): (&'a str, &'a Value),
    ) -> Option<Self> {
        let tree = Tree::parse(from).ok()?;
        let unit = Unit::of(&tree);
        Some(Self {
            value,
            unit,
            tree,
            pieces: Pieces::new(from, unit),
            wanted: Tree::parse(to).ok()?,
            wanted_value,
            wanted_pieces: Pieces::new(to, unit),
        })
    }

    /// How the value at `base` differs in the two: `{"tokens": [[way, place, there, wanted], …], "of": "…"}`, the places counted in
    /// tokens, or lines, of the value at the way from `base`; `of` is the mark of the text that there is. `None` where it does not.
    pub(super) fn difference(&self, base: &Path) -> Option<Value> {
        let spot = Spot::base(&self.tree, self.value, base, &self.pieces)?;
        let pieces = &self.wanted_pieces;
        let goal = Spot::base(&self.wanted, self.wanted_value, base, pieces)?;
        let wanted = &pieces.parts[goal.pieces.clone()];
        let (start, parts) = (spot.pieces.start, &self.pieces.parts);
        // A container does not become another one, where these changed places: what was edited in it goes with it.
        let mut items = Items::default();
        let old = items.of(&spot, &self.pieces).into_iter();
        let new = items.of(&goal, pieces).into_iter();
        let hunk = |(was, new): (Range<usize>, Range<usize>)| {
            let was = was.start + start..was.end + start;
            let (way, pieces) = spot.holding(&was, &self.pieces);
            let place = was.start - pieces.start;
            json!([way, place, parts[was].concat(), wanted[new].concat()])
        };
        let old: Vec<Piece<'_>> = old
            .zip(parts[spot.pieces.clone()].iter().copied())
            .collect();
        let new: Vec<Piece<'_>> = new.zip(wanted.iter().copied()).collect();
        let stretches = stretches(&old, &new);
        let hunks: Vec<Value> = stretches.into_iter().map(hunk).collect();
        let of = mark(&parts[spot.pieces.clone()]);
        (!hunks.is_empty()).then(|| json!({self.unit.name(): hunks, "of": of}))
    }
}

/// By which it is told whether a text is still as it was: FNV-1a of 64 bits.
fn mark(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    let mixed = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{mixed:016x}")
}

/// A piece of a text, and the number of the item that it is of.
type Piece<'a> = (usize, &'a str);

/// What differs, with so much before it that it can be told from others.
fn stretches(old: &[Piece<'_>], new: &[Piece<'_>]) -> Vec<(Range<usize>, Range<usize>)> {
    let has_words = |pieces: &[Piece<'_>]| {
        pieces
            .iter()
            .any(|(_, it)| it.contains(char::is_alphanumeric))
    };
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, old, new) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (mut was, mut wanted) = (operation.old_range(), operation.new_range());
        let before = found.last().map_or(0, |last| last.0.end);
        while was.start > before && !has_words(&old[was.clone()]) {
            was.start -= 1;
            wanted.start -= 1;
        }
        match found.last_mut() {
            // What only marks part is one.
            Some(last) if !has_words(&old[last.0.end..was.start]) => {
                last.0.end = was.end;
                last.1.end = wanted.end;
            }
            _ => found.push((was, wanted)),
        }
    }
    found
}

/// A stretch that was found again.
struct Found {
    bytes: Range<usize>,
    wanted: String,
    note: String,
}

/// Applies the [differences](Comparison::difference) of the values at these places of a document, and says what does not fit
/// any more.
pub(super) fn apply(text: &str, value: &Value, records: &[(Path, Value)]) -> (String, Vec<String>) {
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    let mut is_edited = false;
    let tree = Tree::parse(text).ok();
    for unit in [Unit::Lines, Unit::Tokens] {
        let mut of_unit = records
            .iter()
            .filter(|it| it.1[unit.name()].is_array())
            .peekable();
        if of_unit.peek().is_none() {
            continue;
        }
        let pieces = Pieces::new(text, unit);
        for (base, record) in of_unit {
            let spot = tree
                .as_ref()
                .and_then(|tree| Spot::base(tree, value, base, &pieces));
            let own = spot
                .as_ref()
                .map(|spot| mark(&pieces.parts[spot.pieces.clone()]));
            is_edited |= record["of"].as_str() != own.as_deref();
            for hunk in record[unit.name()].as_array().into_iter().flatten() {
                match find(hunk, spot.as_ref(), &pieces, unit) {
                    Ok(stretch) => found.push(stretch),
                    Err(note) => notes.push(note),
                }
            }
        }
    }
    let is_readable = |record: &Value| record["lines"].is_array() || record["tokens"].is_array();
    if records.iter().any(|(_, record)| !is_readable(record)) {
        notes.push(UNREADABLE.to_owned());
    }
    found.sort_by_key(|stretch| (stretch.bytes.start, stretch.bytes.end));
    let mut end = 0;
    found.retain(|stretch| {
        let is_free = stretch.bytes.start >= end;
        if is_free {
            end = stretch.bytes.end;
        } else {
            notes.push(stretch.note.clone());
        }
        is_free
    });
    if !is_edited {
        return (replaced(text, &found), notes);
    }
    // What makes sense together may not do so with what was edited, or where a part is missing: a container that moved would be
    // there twice, or nowhere.
    let before = Shape::of(text);
    let fits = |stretches: &[Found]| {
        let after = Shape::of(&replaced(text, stretches));
        after.is_some_and(|after| before.as_ref().is_some_and(|before| after.fits(before)))
    };
    if !fits(&found) {
        for stretch in std::mem::take(&mut found) {
            found.push(stretch);
            if !fits(&found) {
                notes.extend(found.pop().map(|stretch| stretch.note));
            }
        }
    }
    (replaced(text, &found), notes)
}

fn replaced(text: &str, stretches: &[Found]) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for stretch in stretches {
        out.push_str(&text[at..stretch.bytes.start]);
        out.push_str(&stretch.wanted);
        at = stretch.bytes.end;
    }
    out + &text[at..]
}

const UNREADABLE: &str = "its record `kube-uninject` cannot be read";

fn find(
    hunk: &Value,
    base: Option<&Spot<'_>>,
    pieces: &Pieces<'_>,
    unit: Unit,
) -> Result<Found, String> {
    let text = |index: usize| hunk.get(index).and_then(Value::as_str);
    let place = hunk.get(1).and_then(Value::as_u64);
    let place = place.and_then(|place| usize::try_from(place).ok());
    let (Some(way), Some(place), Some(there), Some(wanted)) = (text(0), place, text(2), text(3))
    else {
        return Err(UNREADABLE.to_owned());
    };
    let note = not_as_before(way, wanted);
    let mut here = base.cloned().ok_or_else(|| note.clone())?;
    for name in way.split('/').skip(1) {
        here = here.child(name, pieces).ok_or_else(|| note.clone())?;
    }
    let these = Pieces::new(there, unit).parts;
    let range = here.pieces;
    let is_there = |from: &usize| {
        let mut parts = pieces.parts[*from..from + these.len()].iter().zip(&these);
        parts.all(|(one, other)| unit.is_same(one, other))
    };
    let last = (range.end + 1).checked_sub(these.len());
    let places = (range.start..last.unwrap_or(0)).filter(is_there);
    let nearest = places.min_by_key(|from| from.abs_diff(range.start.saturating_add(place)));
    let from = nearest.ok_or_else(|| note.clone())?;
    let mut bytes = pieces.bytes(&(from..from + these.len()));
    let mut wanted = wanted;
    if let (Some(found), Some(first)) = (pieces.parts.get(from), these.first())
        && found != first
    {
        // The blanks that are before it now stay.
        bytes.start += found.len() - found.trim_start().len();
        wanted = wanted.trim_start();
    }
    Ok(Found {
        bytes,
        wanted: wanted.to_owned(),
        note,
    })
}

fn not_as_before(way: &str, wanted: &str) -> String {
    const LONG: usize = 200;
    let place = match way {
        "" => "this".to_owned(),
        way => format!("`{way}`"),
    };
    let mut shown: String = wanted.trim().chars().take(LONG).collect();
    if shown.len() < wanted.trim().len() {
        shown.push('…');
    }
    format!("it was changed since it was injected, and {place} is not as it was before: {shown}")
}
