//! Terms of use that a service does not state and a portal's file does.

use std::fmt;
use std::sync::Arc;

use geohub_core::SourceFacts;

/// Terms of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalTerms {
    /// Their address.
    pub url: String,
    /// Where that was read, and when.
    pub source: String,
}

/// Looks terms up by the address of a layer. By default nothing is known.
#[derive(Clone, Default)]
pub struct TermsLookup(Option<Arc<Look>>);

type Look = dyn Fn(&str) -> Option<PortalTerms> + Send + Sync;

impl TermsLookup {
    /// A lookup; it is asked only for layers whose service states no terms.
    pub fn new(look: impl Fn(&str) -> Option<PortalTerms> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    /// Adds the portal's terms where neither the service nor its item states any.
    pub(crate) fn fill(&self, origin: &mut SourceFacts, url: &str) {
        if origin.terms.is_some() {
            return;
        }
        if let Some(known) = self.0.as_ref().and_then(|look| look(url)) {
            origin.terms = Some(known.url);
            origin.terms_source = Some(known.source);
        }
    }
}

impl fmt::Debug for TermsLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TermsLookup").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_states_goes_before_what_the_portal_says() {
        let terms =
            |url: &str| PortalTerms { url: url.to_owned(), source: "page, read 2026-11-26".to_owned() };
        let lookup = TermsLookup::new(move |url| url.contains("known").then(|| terms("https://t.example/")));
        let mut own =
            SourceFacts { terms: Some("https://own.example/".to_owned()), ..SourceFacts::default() };
        lookup.fill(&mut own, "https://known.example/");
        assert_eq!((own.terms.as_deref(), own.terms_source), (Some("https://own.example/"), None));
        let mut silent = SourceFacts::default();
        lookup.fill(&mut silent, "https://other.example/");
        assert_eq!(silent, SourceFacts::default());
        lookup.fill(&mut silent, "https://known.example/");
        assert_eq!(silent.terms.as_deref(), Some("https://t.example/"));
        assert_eq!(silent.terms_source.as_deref(), Some("page, read 2026-11-26"));
    }
}
