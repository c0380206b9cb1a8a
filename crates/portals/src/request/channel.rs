//! Whom to write to.

use super::draft::Addressee;
use crate::portal::{Portal, RequestKind};

/// The channels of a portal for such requests; its contact where there is none.
pub(super) fn addressees(portal: &Portal, kind: RequestKind) -> Vec<Addressee> {
    let read = portal.read.to_string();
    let channels = portal.request.iter().filter(|channel| channel.kind == kind);
    let mut found: Vec<Addressee> = channels
        .map(|channel| Addressee {
            name: channel.name.clone(),
            email: channel.email.clone(),
            url: channel.url.as_ref().map(ToString::to_string),
            phone: channel.phone.clone(),
            source: channel.source.to_string(),
            read: read.clone(),
        })
        .collect();
    if let Some(contact) = portal.contact.as_ref().filter(|_| found.is_empty()) {
        found.push(Addressee {
            name: contact.name.clone().unwrap_or_else(|| portal.name.clone()),
            email: contact.email.clone(),
            url: contact.url.as_ref().map(ToString::to_string),
            phone: contact.phone.clone(),
            source: contact.source.to_string(),
            read,
        });
    }
    found
}
