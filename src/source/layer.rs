//! Layers between decoding and cutting: what turns decoded bytes into lines of text that a format can read.
//!
//! A layer is chosen by the first decoded bytes of a source, never by its name, and is given every byte in order. A source under a layer
//! is one piece: no byte of it can be read without those before it. The offsets of its lines are those of what the layer gives, and the
//! layer says so in its [`note`](Layer::note). The content id stays that of the bytes below: the same text in another encoding is
//! another content, and its lines are told as copies where they are compared as lines.
//!
//! A new layer is one file and one line in [`TABLE`]. What a layer may not do: drop bytes without saying so in its problems, or hold more
//! than a line of the longest kind that is given whole.

mod journal;
mod records;
mod rows;
mod utf16;

/// Begins a line that is no record, but what stands round records that were taken out of it: ASCII's record separator.
pub const OUTER: u8 = 0x1e;

/// Stands for a newline inside a frame, between two parts of one record: ASCII's unit separator.
pub const INNER_NEWLINE: u8 = 0x1f;

/// How many decoded bytes a layer is chosen from.
pub(super) const LAYER_HEAD: usize = 64 << 10;

/// Every layer, in the order they are tried. A source may have several, one above the other, each at most once: what the first gives is
/// shown to those behind it.
const TABLE: [Begin; 4] = [utf16::begin, records::begin, journal::begin, rows::begin];

/// Begins a layer if the first bytes of a source (at most [`LAYER_HEAD`]; all of it, if it is shorter) ask for it.
type Begin = fn(head: &[u8]) -> Option<Box<dyn Layer>>;

/// A layer at work on one source.
pub(super) trait Layer: Send {
    /// What it is called where a source is described, such as `UTF-16LE`.
    fn name(&self) -> &'static str;

    /// Takes the next bytes, of any number, and appends what they give to `out`.
    fn push(&mut self, input: &[u8], out: &mut Vec<u8>);

    /// Nothing follows what was pushed: the source is over, or damaged there. Appends what was held back. Behind damage more may be
    /// pushed, which need not continue what was before.
    fn end(&mut self, out: &mut Vec<u8>);

    /// What a reader of the report must know of the offsets, in a sentence that can stand behind the source's name.
    fn note(&self) -> String;

    /// What was wrong with the bytes so far, in sentences that can stand behind the source's name. Counted, so that there are few.
    fn problems(&self) -> Vec<String>;
}

/// The layers of one source, the lowest first.
#[derive(Default)]
pub(super) struct Layers {
    layers: Vec<Box<dyn Layer>>,
    /// What one layer gives the next.
    between: Vec<u8>,
}

impl Layers {
    /// The layers that the first decoded bytes ask for.
    pub(super) fn choose(head: &[u8]) -> Layers {
        let mut layers: Vec<Box<dyn Layer>> = Vec::new();
        let mut above: Option<Vec<u8>> = None;
        for begin in TABLE {
            let seen = above.as_deref().unwrap_or(head);
            // One that looks ahead, and one that is given every byte later.
            let (Some(mut scout), Some(layer)) = (begin(seen), begin(seen)) else { continue };
            let mut given = Vec::new();
            scout.push(seen, &mut given);
            layers.push(layer);
            above = Some(given);
        }
        Layers { layers, between: Vec::new() }
    }

    /// The decoded bytes are the text.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// Their names, the lowest first, such as `UTF-16LE`.
    pub(super) fn name(&self) -> Option<String> {
        let names: Vec<&str> = self.layers.iter().map(|layer| layer.name()).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// Takes the next decoded bytes and appends the text to `out`.
    pub(super) fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        pass(&mut self.layers, Some(input), &mut self.between, out);
    }

    /// The decoded bytes end or are damaged here: appends what was held back to `out`.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        pass(&mut self.layers, None, &mut self.between, out);
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = String> {
        self.layers.iter().map(|layer| layer.note())
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = String> {
        self.layers.iter().flat_map(|layer| layer.problems())
    }
}

/// Passes bytes up through all layers; without bytes, ends each when those below it are ended.
fn pass(
    layers: &mut [Box<dyn Layer>],
    input: Option<&[u8]>,
    between: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    let Some((top, below)) = layers.split_last_mut() else {
        out.extend_from_slice(input.unwrap_or_default());
        return;
    };
    if below.is_empty() {
        input.into_iter().for_each(|bytes| top.push(bytes, out));
    } else {
        let mut given = std::mem::take(between);
        given.clear();
        pass(below, input, &mut Vec::new(), &mut given);
        top.push(&given, out);
        *between = given;
    }
    if input.is_none() {
        top.end(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer that holds everything back until the end, and then says it twice.
    struct Twice(Vec<u8>);

    impl Layer for Twice {
        fn name(&self) -> &'static str {
            "twice"
        }

        fn push(&mut self, input: &[u8], _out: &mut Vec<u8>) {
            self.0.extend_from_slice(input);
        }

        fn end(&mut self, out: &mut Vec<u8>) {
            out.extend(self.0.repeat(2));
            self.0.clear();
        }

        fn note(&self) -> String {
            "is said twice".to_owned()
        }

        fn problems(&self) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn layers_stand_on_one_another() {
        let utf16: Vec<u8> = "\u{feff}é\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut layers = Layers::choose(&utf16);
        layers.layers.push(Box::new(Twice(Vec::new())));
        assert_eq!(layers.name().as_deref(), Some("UTF-16BE twice"));
        let mut out = Vec::new();
        for byte in &utf16 {
            layers.push(&[*byte], &mut out);
        }
        assert!(out.is_empty());
        layers.end(&mut out);
        assert_eq!(out, "é\né\n".as_bytes());
        assert_eq!(layers.notes().count(), 2);
    }

    #[test]
    fn plain_text_has_no_layer() {
        for head in [&b""[..], b"192.0.2.7 - - ", b"\xef\xbb\xbf192", b"\xff", b"\0\0\xfe\xff"] {
            assert!(Layers::choose(head).is_empty(), "{head:?}");
        }
    }
}
