//! What kinds of credential there are.

use serde::{Deserialize, Serialize};

/// Whose credential it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Socrata, which Tyler calls Data & Insights.
    Socrata,
    /// `ArcGIS` Online or a city's own `ArcGIS` server.
    ArcGis,
}

/// The kinds of credential that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenKind {
    /// A Socrata app token: a higher limit and SODA 3.0, no access to private data.
    SocrataToken,
    /// Id and secret of a Socrata API key: all that its owner may see.
    SocrataKey,
    /// An `ArcGIS` token, good for hours or days.
    ArcgisToken,
    /// An `ArcGIS` API key, good for up to a year.
    ArcgisKey,
    /// User name and password, for which an `ArcGIS` server gives tokens of an hour.
    ArcgisLogin,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::SocrataToken, Self::SocrataKey, Self::ArcgisToken, Self::ArcgisKey, Self::ArcgisLogin];

    /// Its name for programs and options.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SocrataToken => ("socrata-token", "Socrata app token"),
            Self::SocrataKey => ("socrata-key", "Socrata API key (id and secret)"),
            Self::ArcgisToken => ("arcgis-token", "ArcGIS token"),
            Self::ArcgisKey => ("arcgis-key", "ArcGIS API key"),
            Self::ArcgisLogin => ("arcgis-login", "ArcGIS user and password"),
        }
    }

    /// Whose it is.
    pub fn platform(self) -> Platform {
        match self {
            Self::SocrataToken | Self::SocrataKey => Platform::Socrata,
            Self::ArcgisToken | Self::ArcgisKey | Self::ArcgisLogin => Platform::ArcGis,
        }
    }

    /// True where one text is not enough: an id and a secret, a name and a password.
    pub fn is_pair(self) -> bool {
        matches!(self, Self::SocrataKey | Self::ArcgisLogin)
    }
}
