//! The values of one line, by place: no text is copied, and nothing moves once it
//! is there.

use super::PLACES;

/// A value as the walk left it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Slot {
    /// A text that no line has to hold.
    Fixed(&'static str),
    /// A text of the line, from where to where.
    Line(usize, usize),
    /// A number.
    Number(f64),
    /// A text in the scratch, from where to where.
    Scratch(usize, usize),
    /// A whole number.
    Whole(u64),
}

/// The values so far, each with the number of the key that it was found under.
#[derive(Debug, Clone)]
pub struct Slots {
    numbers: [u16; PLACES],
    /// What is of no use where the number is [`FREE`]. There is room from the
    /// first line on, since most formats never have one.
    values: Vec<Slot>,
}

/// The number of a place that holds nothing.
const FREE: u16 = u16::MAX;

/// The number of a value that no key stands for.
const MADE: u16 = FREE - 1;

impl Default for Slots {
    fn default() -> Slots {
        Slots { numbers: [FREE; PLACES], values: Vec::new() }
    }
}

impl Slots {
    /// Forgets all values, and makes room for others.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.numbers = [FREE; PLACES];
        if self.values.is_empty() {
            self.values.resize(PLACES, Slot::Whole(0));
        }
    }

    /// What a place holds.
    #[inline(always)]
    pub fn get(&self, place: usize) -> Option<Slot> {
        match self.numbers.get(place) {
            None | Some(&FREE) => None,
            Some(_) => self.values.get(place).copied(),
        }
    }

    /// The text of a place as it stands in the line.
    pub fn text<'b>(&self, line: &'b [u8], place: usize) -> Option<&'b [u8]> {
        match self.get(place)? {
            Slot::Line(start, end) => line.get(start..end),
            _ => None,
        }
    }

    /// The number of the key whose value a place holds.
    pub fn number(&self, place: usize) -> Option<usize> {
        self.numbers.get(place).filter(|number| **number < MADE).map(|number| usize::from(*number))
    }

    /// Puts a value into the place of the key of a number, unless a key that
    /// stands before it in the table has filled that place.
    #[inline(always)]
    pub fn fill(&mut self, place: usize, number: usize, slot: Slot) {
        if let Some(before) = self.numbers.get_mut(place)
            && let Some(value) = self.values.get_mut(place)
            && number < usize::from(*before)
        {
            (*before, *value) = (number as u16, slot);
        }
    }

    /// Puts a value that is made of others into a place.
    pub fn put(&mut self, place: usize, slot: Slot) {
        if let (Some(number), Some(value)) =
            (self.numbers.get_mut(place), self.values.get_mut(place))
        {
            (*number, *value) = (MADE, slot);
        }
    }

    /// Puts into a place what another holds.
    pub fn copy(&mut self, from: usize, to: usize) {
        if from < self.values.len() && to < self.values.len() {
            (self.numbers[to], self.values[to]) = (self.numbers[from], self.values[from]);
        }
    }

    /// Empties a place.
    pub fn free(&mut self, place: usize) {
        if let Some(number) = self.numbers.get_mut(place) {
            *number = FREE;
        }
    }

    /// Puts values of others where there is none.
    pub fn fill_up(&mut self, other: &Slots) {
        for place in 0..self.values.len() {
            if self.numbers[place] == FREE
                && let Some(slot) = other.get(place)
            {
                (self.numbers[place], self.values[place]) = (other.numbers[place], slot);
            }
        }
    }

    /// Makes other values of those that there are.
    pub fn map(&mut self, mut make: impl FnMut(Slot) -> Slot) {
        for (number, value) in self.numbers.iter().zip(&mut self.values) {
            if *number != FREE {
                *value = make(*value);
            }
        }
    }
}

/// Where in a text a part of it lies; `None` of what stands elsewhere.
#[inline(always)]
pub fn within(text: &[u8], part: &[u8]) -> Option<(usize, usize)> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (end <= text.len()).then_some((start, end))
}
