//! From what a reference names to something with rows.

use geohub_core::text::clean;
use serde_json::Value;
use url::Url;

use super::answer;
use super::ask::ask;
use super::dataset::SodaDataset;
use super::filter;
use super::given::Given;
use super::kind::{Kind, kind, links, parent, word};
use super::url::{is_id, parse, within};
use super::view::text;
use crate::error::{FetchError, Result};
use crate::http::{Http, Request, visible};
use crate::provider::Dataset;
use crate::reference::{Reference, Target};

/// Views of views of views.
const STEPS: usize = 5;

/// Follows a reference to rows; says each step.
pub(super) async fn resolve(target: &Target, http: &Http) -> Result<Box<dyn Dataset>> {
    let (given, _) = Given::read(&target.url);
    let (mut root, mut id) = (target.url.clone(), target.dataset.clone().unwrap_or_default());
    for step in 0..STEPS {
        let place = Place { root: &root, id: &id, http, given: &given };
        let (raw, etag) = match place.view().await {
            Err(error @ FetchError::NotFound { .. }) if step == 0 => match place.owner().await? {
                Some(owner) => {
                    root = owner;
                    continue;
                }
                None => return Err(error),
            },
            found => found?,
        };
        let next = match kind(&raw) {
            Kind::Rows => match place.newer(&raw).await? {
                Some(newer) => newer,
                None => return place.open(&raw, etag),
            },
            Kind::Layers(layers) => place.only(layers)?,
            Kind::Picture { parent } => place.shown(&raw, parent).await?,
            Kind::Link(links) => return place.hand_over(&raw, &links).await,
            Kind::File => return Err(place.file(&raw)),
            Kind::Other => return Err(place.nothing(&raw)),
        };
        id = next;
    }
    Err(FetchError::bad(root.as_str(), format!("{id}: the way from view to view does not end")))
}

/// An asset of a portal.
pub(super) struct Place<'a> {
    pub(super) root: &'a Url,
    pub(super) id: &'a str,
    pub(super) http: &'a Http,
    pub(super) given: &'a Given,
}

impl Place<'_> {
    /// Its page for people.
    pub(super) fn page(&self) -> String {
        visible(&within(self.root, &format!("d/{}", self.id)))
    }

    /// What to type for another asset of the portal.
    fn reference(&self, id: &str) -> String {
        let host = self.root.host_str().unwrap_or_default();
        match (self.root.scheme(), self.root.port()) {
            ("https", None) => format!("socrata:{host}/{id}"),
            ("https", Some(port)) => format!("socrata:{host}:{port}/{id}"),
            _ => format!("socrata:{}{id}", visible(self.root)),
        }
    }

    async fn view(&self) -> Result<(Value, Option<String>)> {
        let request = Request::new(within(self.root, &format!("api/views/{}.json", self.id)));
        ask(self.http, request, |answer| Ok((answer::object(answer)?, answer.header("etag")))).await
    }

    fn open(&self, raw: &Value, etag: Option<String>) -> Result<Box<dyn Dataset>> {
        if filter::groups(raw) {
            return Err(self.groups(raw));
        }
        self.say_filter(raw);
        Ok(Box::new(SodaDataset::open(self, raw, etag)?))
    }

    /// Says what a view leaves out of its dataset.
    fn say_filter(&self, raw: &Value) {
        let (word, filter, parent) = (word(raw), filter::words(raw), parent(raw));
        if word == "dataset" && filter.is_none() && parent.is_none() {
            return;
        }
        let whole = parent.map(|parent| format!("; the whole dataset is {}", self.reference(&parent)));
        let whole = whole.unwrap_or_default();
        match filter {
            Some(filter) => self.http.context.note(format!(
                "{} is a view ({word}): its filter holds here, {filter}, and columns it hides are left out{whole}",
                self.id
            )),
            None if word != "dataset" => self.http.context.note(format!(
                "{} is a view ({word}); filters and hidden columns of its own hold here{whole}",
                self.id
            )),
            None => {}
        }
    }

    /// The dataset of the new backend that an old one was moved to: only that has SODA 2.1.
    async fn newer(&self, raw: &Value) -> Result<Option<String>> {
        if raw.get("newBackend") != Some(&Value::Bool(false)) {
            return Ok(None);
        }
        let request = Request::new(within(self.root, &format!("api/migrations/{}", self.id)));
        let moved = match ask(self.http, request, answer::object).await {
            Ok(moved) => text(&moved, "/nbeId").filter(|id| is_id(id) && id != self.id),
            // Most were never moved.
            Err(FetchError::NotFound { .. } | FetchError::TokenWanted { .. } | FetchError::Server { .. }) => {
                None
            }
            Err(error) => return Err(error),
        };
        if let Some(moved) = &moved {
            self.http
                .context
                .note(format!("{} was moved within the portal; its rows are in {moved}", self.id));
        }
        Ok(moved)
    }

    /// The one layer of a map.
    fn only(&self, layers: Vec<String>) -> Result<String> {
        match <[String; 1]>::try_from(layers) {
            Ok([layer]) => {
                self.http.context.note(format!("{} is a map; its rows are in {layer}", self.id));
                Ok(layer)
            }
            Err(layers) => {
                let names: Vec<String> = layers.iter().map(|layer| self.reference(layer)).collect();
                Err(FetchError::Unsupported {
                    what: format!("{} is a map of {} layers", self.page(), names.len()),
                    hint: Some(format!("each is a dataset of its own: {}", names.join(", "))),
                })
            }
        }
    }

    /// The dataset that a picture shows, by its description or by the portal's catalogue.
    async fn shown(&self, raw: &Value, parent: Option<String>) -> Result<String> {
        let parent = match parent {
            Some(parent) => Some(parent),
            None => self.catalogued().await?,
        };
        let Some(parent) = parent else { return Err(self.nothing(raw)) };
        let filter = filter::words(raw).map(|words| format!("; its own filter does not hold there: {words}"));
        self.http.context.note(format!(
            "{} is a {} without columns; taking the dataset it shows, {parent}{}",
            self.id,
            word(raw),
            filter.unwrap_or_default()
        ));
        Ok(parent)
    }

    /// The dataset that a picture was made from, by the portal's catalogue.
    async fn catalogued(&self) -> Result<Option<String>> {
        let found = self.catalogue().await?;
        Ok(text(&found, "/results/0/resource/parent_fxf/0").filter(|id| is_id(id) && id != self.id))
    }

    /// The portal that a dataset really lies on: catalogues list those of other portals too.
    async fn owner(&self) -> Result<Option<Url>> {
        let found = self.catalogue().await?;
        let link = text(&found, "/results/0/permalink").and_then(|link| parse(&link)?.ok());
        let owner = link.filter(|there| {
            there.dataset.as_deref() == Some(self.id) && there.url.origin() != self.root.origin()
        });
        let owner = owner.map(|there| there.url);
        if let Some(owner) = &owner {
            let note = format!("{} belongs to another portal, {}; asking there", self.id, visible(owner));
            self.http.context.note(note);
        }
        Ok(owner)
    }

    /// What the portal's catalogue has on the asset. Null where there is no catalogue.
    async fn catalogue(&self) -> Result<Value> {
        let request = Request::new(within(self.root, "api/catalog/v1")).with("ids", self.id);
        match ask(self.http, request, answer::object).await {
            Err(FetchError::NotFound { .. } | FetchError::TokenWanted { .. } | FetchError::Server { .. }) => {
                Ok(Value::Null)
            }
            found => found,
        }
    }

    /// Gives a link to an ArcGIS layer to the provider that reads it.
    async fn hand_over(&self, raw: &Value, links: &[String]) -> Result<Box<dyn Dataset>> {
        let layer = links.iter().find_map(|link| {
            Reference::parse(link).ok().filter(|reference| reference.provider() == "ArcGIS")
        });
        let Some(reference) = layer else { return Err(self.link(raw, links)) };
        self.http.context.note(format!("{} is a link; its rows are in {}", self.id, reference.text()));
        let (provider, target) = reference.opener();
        provider.open(target, self.http).await
    }

    fn link(&self, raw: &Value, links: &[String]) -> FetchError {
        let hint = match links {
            [] => "its description does not say where to".to_owned(),
            [first, ..] if is_arcgis(first) => {
                format!(
                    "it points to a page of an ArcGIS portal, {}; paste the address of the layer there",
                    clean(first)
                )
            }
            [first, ..] => {
                format!("it points to {}; a file there is downloaded with a browser or curl", clean(first))
            }
        };
        FetchError::Unsupported { what: self.no_rows(raw), hint: Some(hint) }
    }

    fn file(&self, raw: &Value) -> FetchError {
        let name = text(raw, "/blobFilename").unwrap_or_else(|| "file".to_owned());
        let kind = text(raw, "/blobMimeType").map_or_else(String::new, |kind| format!(" ({})", clean(&kind)));
        let mut place = within(self.root, &format!("download/{}/{name}", self.id));
        if let Some(blob) = text(raw, "/blobId") {
            place = within(self.root, &format!("api/views/{}/files/{blob}", self.id));
            place.query_pairs_mut().append_pair("filename", &name);
        }
        FetchError::Unsupported {
            what: format!("{} is the file {}{kind}, which has no rows to select", self.page(), clean(&name)),
            hint: Some(format!("download it with a browser or curl: {place}")),
        }
    }

    fn groups(&self, raw: &Value) -> FetchError {
        let hint = parent(raw).map(|parent| format!("its dataset is {}", self.reference(&parent)));
        let what = format!("{} is a view of groups of rows, which have no ids to prove it by", self.page());
        FetchError::Unsupported { what, hint }
    }

    fn nothing(&self, raw: &Value) -> FetchError {
        let parent = parent(raw).map(|parent| format!("it was made from {}", self.reference(&parent)));
        let points = || links(raw).first().map(|link| format!("it points to {}", clean(link)));
        FetchError::Unsupported { what: self.no_rows(raw), hint: parent.or_else(points) }
    }

    fn no_rows(&self, raw: &Value) -> String {
        format!("{} is a {}, which has no rows", self.page(), word(raw))
    }
}

/// A page or a service rather than a layer.
fn is_arcgis(link: &str) -> bool {
    let words = ["arcgis", "/rest/services", "/datasets/"];
    words.iter().any(|word| link.to_ascii_lowercase().contains(word))
}
