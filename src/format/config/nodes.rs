//! A configuration as a tree of directives, whichever server's it is, with
//! what it includes in its place.

use super::{Library, Place, Text};

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its name, as written.
    pub name: String,
    /// Its arguments, quotes and escapes undone.
    pub args: Vec<String>,
    /// The same as written.
    pub raw: String,
    /// Where it stands.
    pub place: Place,
    /// What stands in it, where it is a block.
    pub inner: Option<Vec<Node>>,
}

impl Node {
    /// Whether it has this name, whatever its case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// An argument; empty where there is none.
    pub fn arg(&self, number: usize) -> &str {
        self.args.get(number).map_or("", String::as_str)
    }

    /// The directive as it is quoted in messages.
    pub fn quoted(&self) -> String {
        format!("`{}`", self.words())
    }

    /// The directive on one line.
    pub fn words(&self) -> String {
        let words = self.raw.split_whitespace();
        std::iter::once(self.name.as_str()).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// What stands in it.
    pub fn inner(&self) -> &[Node] {
        self.inner.as_deref().unwrap_or_default()
    }
}

/// The most files that one configuration may have: more is a circle, or not a
/// configuration.
const MOST_FILES: usize = 2000;

/// How deep includes may lie one in the other.
const DEEPEST: usize = 16;

/// Puts included files in the place of their includes.
pub(super) struct Includer<'l> {
    library: &'l dyn Library,
    /// Splits the text of one file into directives; problems are sentences.
    parse: fn(&Text, &mut Vec<String>) -> Vec<Node>,
    /// The includes of a directive: its patterns, and whether each must be
    /// there; `None` where it is no include.
    includes: fn(&Node) -> Option<bool>,
    /// The names of the files that were read.
    pub files: Vec<String>,
    /// What could not be read.
    pub problems: Vec<String>,
}

impl<'l> Includer<'l> {
    pub fn new(
        library: &'l dyn Library,
        parse: fn(&Text, &mut Vec<String>) -> Vec<Node>,
        includes: fn(&Node) -> Option<bool>,
    ) -> Includer<'l> {
        Includer { library, parse, includes, files: Vec::new(), problems: Vec::new() }
    }

    /// The directives of a file and of everything it includes.
    pub fn read(&mut self, text: &Text) -> Vec<Node> {
        self.file(text, &mut Vec::new())
    }

    fn file(&mut self, text: &Text, open: &mut Vec<String>) -> Vec<Node> {
        if !self.files.contains(&text.name) {
            self.files.push(text.name.clone());
        }
        let nodes = (self.parse)(text, &mut self.problems);
        open.push(text.name.clone());
        let nodes = self.expand(nodes, open);
        open.pop();
        nodes
    }

    fn expand(&mut self, nodes: Vec<Node>, open: &mut Vec<String>) -> Vec<Node> {
        let mut all = Vec::with_capacity(nodes.len());
        for mut node in nodes {
            match (self.includes)(&node) {
                None => {
                    node.inner = node.inner.take().map(|inner| self.expand(inner, open));
                    all.push(node);
                }
                Some(must) => {
                    for pattern in node.args.clone() {
                        all.append(&mut self.include(&node, &pattern, must, open));
                    }
                }
            }
        }
        all
    }

    fn include(
        &mut self,
        node: &Node,
        pattern: &str,
        must: bool,
        open: &mut Vec<String>,
    ) -> Vec<Node> {
        let place = &node.place;
        let texts = match self.library.include(pattern, &place.file) {
            Ok(texts) => texts,
            Err(_) if !must => return Vec::new(),
            Err(why) => {
                self.problems.push(format!("{place}: {pattern} was not read: {why}"));
                return Vec::new();
            }
        };
        let mut all = Vec::new();
        for text in texts {
            if open.contains(&text.name) || open.len() >= DEEPEST {
                let name = &text.name;
                self.problems.push(format!("{place}: {name} is included within itself"));
            } else if self.files.len() >= MOST_FILES {
                self.problems.push(format!("{place}: more than {MOST_FILES} files are included"));
                break;
            } else {
                all.append(&mut self.file(&text, open));
            }
        }
        all
    }
}

/// Text of a configuration: UTF-8, or what else it is as Latin-1.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
