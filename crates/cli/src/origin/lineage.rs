//! The inputs of a command and what is known of them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;

use geohub_core::{Ancestor, Provenance, Reader, licence};
use geohub_fetch::{Receipt, Reference};

use super::beside;
use crate::session::Session;

/// An input as the command line names it.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    role: Option<&'static str>,
    reference: &'a str,
    reader: &'a dyn Reader,
}

impl<'a> Input<'a> {
    /// The one input of a command.
    pub fn only(reference: &'a str, reader: &'a dyn Reader) -> Self {
        Self { role: None, reference, reader }
    }

    /// One of several inputs.
    pub fn of(role: &'static str, reference: &'a str, reader: &'a dyn Reader) -> Self {
        Self { role: Some(role), reference, reader }
    }
}

/// A layer that selects rows of another: that of `--within`, `--place` or `--near`.
#[derive(Clone, Debug)]
pub struct Beside {
    role: String,
    reference: String,
    provenance: Arc<Provenance>,
}

impl Beside {
    /// The layer of an option such as `--within`.
    pub fn new(option: &str, reference: &str, reader: &dyn Reader) -> Self {
        let role = option.trim_start_matches('-');
        Self::of(role, reference, Arc::clone(&reader.layer().provenance))
    }

    /// A layer of a role, of which this is known.
    pub fn of(role: &str, reference: &str, provenance: Arc<Provenance>) -> Self {
        Self { role: role.to_owned(), reference: reference.to_owned(), provenance }
    }
}

/// What an output is made of.
pub struct Lineage {
    verb: &'static str,
    inputs: Vec<Trace>,
    found: OnceLock<Arc<Provenance>>,
}

/// One input, perhaps still being looked into.
struct Trace {
    role: Option<String>,
    name: String,
    origin: Mutex<Looking>,
}

enum Looking {
    Known(Arc<Provenance>),
    /// The file is being hashed, to know whether the receipt beside it is its own.
    Hashing(JoinHandle<Option<Provenance>>),
}

impl Lineage {
    /// Begins to look into the inputs of a command, those of its options included.
    pub fn begin(session: &Session, verb: &'static str, inputs: &[Input<'_>]) -> Self {
        let main = inputs.iter().map(|input| {
            let role = input.role.map(str::to_owned);
            Trace::begin(session, role, input.reference, Arc::clone(&input.reader.layer().provenance))
        });
        let beside = session
            .beside()
            .into_iter()
            .map(|layer| Trace::begin(session, Some(layer.role), &layer.reference, layer.provenance));
        Self { verb, inputs: main.chain(beside).collect(), found: OnceLock::new() }
    }

    /// What is known of the output's origin. Waits until the inputs are looked into.
    pub fn provenance(&self) -> &Arc<Provenance> {
        self.found.get_or_init(|| {
            let known: Vec<Arc<Provenance>> = self.inputs.iter().map(Trace::provenance).collect();
            let inputs = self.inputs.iter().zip(&known).map(|(input, provenance)| Ancestor {
                provenance,
                role: input.role.as_deref(),
                name: &input.name,
            });
            Arc::new(Provenance::derived(self.verb, &inputs.collect::<Vec<_>>()))
        })
    }

    /// What may not go together among the licences that this command brings together.
    pub fn conflicts(&self) -> Vec<String> {
        if self.inputs.len() < 2 {
            return Vec::new();
        }
        let sources = self.provenance().sources();
        let stated: Vec<_> = sources.iter().map(|source| source.origin.stated_terms()).collect();
        licence::conflicts(&stated)
    }
}

impl Trace {
    /// A file that says nothing itself is hashed beside the run, if there is a receipt beside it.
    fn begin(session: &Session, role: Option<String>, reference: &str, said: Arc<Provenance>) -> Self {
        let hashing = (!said.names_a_source()).then(|| hash(session, reference)).flatten();
        let origin = hashing.map_or(Looking::Known(said), Looking::Hashing);
        Self { role, name: name(reference), origin: Mutex::new(origin) }
    }

    fn provenance(&self) -> Arc<Provenance> {
        let mut origin = self.origin.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match std::mem::replace(&mut *origin, Looking::Known(Arc::default())) {
            Looking::Known(known) => known,
            // A thread that panicked has found nothing.
            Looking::Hashing(thread) => Arc::new(thread.join().ok().flatten().unwrap_or_default()),
        };
        *origin = Looking::Known(Arc::clone(&known));
        known
    }
}

/// Hashes a file on a thread of its own: beside the workers, which take turns with it on the same bytes of the cache.
fn hash(session: &Session, reference: &str) -> Option<JoinHandle<Option<Provenance>>> {
    let path = PathBuf::from(reference);
    if reference == "-" || Reference::looks_remote(reference) || !Receipt::path(&path).is_file() {
        return None;
    }
    let context = session.context.clone();
    let work = move || beside(&context, &path);
    std::thread::Builder::new().name("geohub-hash".to_owned()).spawn(work).ok()
}

/// What a file of which nothing is known is called: nothing of the folders of this machine.
fn name(reference: &str) -> String {
    if reference == "-" {
        return "standard input".to_owned();
    }
    let name = Path::new(reference).file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| reference.to_owned())
}
