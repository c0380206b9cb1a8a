//! The faults, in the order of the document.

use geohub_testkit::net::{Act, Edit, Fault, Kind, On, RetryAfter};

use crate::case::{Case, counts, page, pages, status};
use crate::rows::mark;
use crate::scene::{Portal, Scene};

const ARCGIS: &[Portal] = &[Portal::ArcGis, Portal::ArcGisJson];
const SOCRATA: &[Portal] = &[Portal::Socrata];

/// Every line of the matrix.
pub fn all() -> Vec<Case> {
    [paging(), rows(), refusals(), bodies(), counting(), edits(), places(), old_servers(), stamps()]
        .into_iter()
        .flatten()
        .collect()
}

fn paging() -> Vec<Case> {
    vec![
        Case::new("none"),
        Case::new("order taken and not obeyed, pages overlap")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.order_ignored = true),
        Case::new("offset taken and not obeyed")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.offset_ignored = true),
        Case::new("rows nobody ordered rotate, order refused")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.order_by = false),
        Case::new("cap of 20 below the advertised 50").habits(|habits| {
            (habits.arcgis.cap, habits.arcgis.advertised_cap) = (20, Some(50));
            habits.socrata.cap_limit = Some(20);
        }),
        Case::new("cap that falls to 7 while reading").faults(|_| pages(3, Act::CapAt { rows: 7 })),
        Case::new("no rows but the flag that there are more, once")
            .only(ARCGIS)
            .faults(|_| page(3, Act::EmptyFlagged)),
        Case::new("no rows but the flag that there are more, always")
            .only(ARCGIS)
            .faults(|_| pages(3, Act::EmptyFlagged))
            .says("incomplete"),
        Case::new("an empty page in the middle").faults(|_| page(3, Act::CapAt { rows: 0 })),
        Case::new("empty pages from the third on")
            .faults(|_| pages(3, Act::CapAt { rows: 0 }))
            .says("incomplete"),
    ]
}

fn rows() -> Vec<Case> {
    vec![
        Case::new("7 rows left out of one page").faults(|scene| page(1, drop_seven(scene))),
        Case::new("7 rows left out of every page")
            .faults(|scene| pages(1, drop_seven(scene)))
            .says("missing ids"),
        Case::new("3 rows of a page twice").faults(|_| page(2, Act::DuplicateRows { rows: 3 })),
        Case::new("3 rows of every page twice").faults(|_| pages(1, Act::DuplicateRows { rows: 3 })),
        Case::new("an error for one row, always")
            .faults(|scene| pages(1, refuse(scene)))
            .says("cannot perform this on the row"),
    ]
}

/// Rows in the middle of the table; on Socrata they lie anywhere in the order of ids.
fn drop_seven(scene: &Scene) -> Act {
    Act::DropRows { ids: scene.ids[20..27].to_vec() }
}

fn refuse(scene: &Scene) -> Act {
    let body = scene.error(500, "cannot perform this on the row");
    let code = if scene.portal.is_arcgis() { 200 } else { 500 };
    Act::RefuseText { text: mark(123), code, body }
}

fn refusals() -> Vec<Case> {
    vec![
        Case::new("one 503").faults(|scene| page(3, status(scene, 503, "Service Unavailable"))),
        Case::new("one 500 at the count")
            .faults(|scene| vec![Fault::at(Kind::Count, 1, status(scene, 500, "Internal Error"))]),
        Case::new("two 429 with Retry-After in seconds").faults(|_| {
            let act = Act::TooManyRequests { retry_after: RetryAfter::Seconds(1) };
            vec![Fault::at(Kind::Page, 3, act).times(2)]
        }),
        Case::new("429 with Retry-After as a date")
            .faults(|_| page(3, Act::TooManyRequests { retry_after: RetryAfter::HttpDate(1) })),
        Case::new("two 429 in the body of a 200").faults(|scene| {
            let act = Act::Json200 { body: scene.error(429, "Too many requests") };
            vec![Fault::at(Kind::Page, 3, act).times(2)]
        }),
        Case::new("429 without end")
            .faults(|_| pages(3, Act::TooManyRequests { retry_after: RetryAfter::Seconds(0) }))
            .says("Too many requests"),
        Case::new("an hour's wait asked for")
            .faults(|_| pages(3, Act::TooManyRequests { retry_after: RetryAfter::Seconds(3600) }))
            .says("3600 s"),
        Case::new("a token is asked for in the middle")
            .faults(|scene| pages(3, status(scene, 403, "You need permission")))
            .says("You need permission"),
        Case::new("an error in the body of a 200, always, from the third page on")
            .faults(|scene| pages(3, Act::Json200 { body: scene.error(400, "Invalid query parameters") }))
            .says("Invalid query parameters"),
    ]
}

fn bodies() -> Vec<Case> {
    vec![
        Case::new("an HTML page with status 200, once").faults(|_| page(3, Act::Html200)),
        Case::new("HTML pages with status 200 without end")
            .faults(|_| pages(3, Act::Html200))
            .says("temporarily unavailable"),
        Case::new("an answer cut short, once").faults(|_| page(3, Act::TruncatedJson { bytes: None })),
        Case::new("answers cut short without end")
            .faults(|_| pages(3, Act::TruncatedJson { bytes: None }))
            .says("cut short"),
        Case::new("an empty body, once").faults(|_| page(3, Act::TruncatedJson { bytes: Some(0) })),
        Case::new("connection reset before the answer, once").faults(|_| page(3, Act::Reset)),
        Case::new("connection reset in the body, once").faults(|_| page(3, Act::CutBodyAfter { bytes: 900 })),
        Case::new("connections reset in the body without end")
            .faults(|_| pages(3, Act::CutBodyAfter { bytes: 60 }))
            .says("broke off"),
        Case::new("a page that drips, 4 kB a second")
            .faults(|_| page(3, Act::Slow { delay_ms: 500, bytes_per_s: 4000 })),
    ]
}

fn counting() -> Vec<Case> {
    vec![
        Case::new("count 5 too high").faults(|_| counts(Act::CountOff { by: 5 })),
        Case::new("count 5 too low").faults(|_| counts(Act::CountOff { by: -5 })),
        Case::new("count 0").faults(|_| counts(Act::CountOff { by: -600 })),
        Case::new("count 5 too low and 7 rows left out of every page")
            .faults(|scene| {
                let drop = pages(1, drop_seven(scene));
                counts(Act::CountOff { by: -5 }).into_iter().chain(drop).collect()
            })
            .says("missing ids"),
    ]
}

fn edits() -> Vec<Case> {
    vec![
        Case::new("a row inserted while reading").faults(|_| page(3, Act::Then(Edit::Insert))),
        Case::new("the first row deleted while reading")
            .faults(|_| page(3, Act::Then(Edit::DeleteAt { position: 0 }))),
        Case::new("the last row deleted while reading")
            .faults(|_| page(3, Act::Then(Edit::DeleteAt { position: 599 }))),
        Case::new("rows inserted and deleted while reading").faults(|_| {
            let delete = |position| Act::Then(Edit::DeleteAt { position });
            [(2, Act::Then(Edit::Insert)), (3, delete(5)), (4, delete(400)), (5, Act::Then(Edit::Insert))]
                .into_iter()
                .flat_map(|(nth, act)| page(nth, act))
                .collect()
        }),
        Case::new("every row replaced while reading")
            .faults(|_| page(4, Act::Then(Edit::ReplaceAll)))
            .says("edited"),
    ]
}

fn places() -> Vec<Case> {
    vec![
        Case::new("a page redirected to another host")
            .faults(|scene| page(3, Act::RedirectTo { url: format!("{}*", scene.elsewhere()) })),
        Case::new("everything redirected to another host").faults(|scene| {
            let act = Act::RedirectTo { url: format!("{}*", scene.elsewhere()) };
            vec![Fault { on: On::default(), act, times: 0 }]
        }),
        Case::new("pages redirected to a sign-in page on another host")
            .faults(|scene| {
                let url = format!("{}/arcgis/rest/services?f=html", scene.elsewhere());
                pages(3, Act::RedirectTo { url })
            })
            .says("localhost"),
        Case::new("pages redirected in circles")
            .faults(|scene| pages(3, Act::RedirectTo { url: format!("{}*", scene.here()) }))
            .says("circles"),
        Case::new("a redirect to a port that is closed")
            .faults(|_| pages(3, Act::RedirectTo { url: "http://127.0.0.1:9/".to_owned() }))
            .says("refused"),
        Case::new("a description that is an HTML page")
            .faults(|_| vec![Fault::at(Kind::Metadata, 1, Act::Html200).times(0)])
            .says("temporarily unavailable"),
    ]
}

fn old_servers() -> Vec<Case> {
    vec![
        Case::new("no paging").only(ARCGIS).habits(|habits| habits.arcgis.pagination = false),
        Case::new("no paging though it is claimed").only(ARCGIS).habits(|habits| {
            habits.arcgis.pagination = false;
            habits.arcgis.claims_pagination = Some(true);
        }),
        Case::new("neither paging, order nor statistics, no cap told").only(ARCGIS).habits(|habits| {
            let switches = &mut habits.arcgis;
            (switches.pagination, switches.order_by, switches.statistics) = (false, false, false);
            (switches.hide_cap, switches.version, switches.extent) = (true, Some(10.0), false);
        }),
        Case::new("counts and ids answered with rows")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.only_ignored = true)
            .says("ids"),
        Case::new("statistics with a wrong least and greatest id")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.wrong_id_range = Some((300, 700))),
        Case::new("a token needed")
            .only(ARCGIS)
            .habits(|habits| habits.arcgis.token = Some("secret".to_owned()))
            .says("Token Required"),
        Case::new("1=1 refused").only(ARCGIS).habits(|habits| habits.arcgis.refuse_one_equals_one = true),
    ]
}

fn stamps() -> Vec<Case> {
    vec![
        Case::new("a replica that says it is behind, once").only(SOCRATA).faults(|_| page(3, Act::OutOfDate)),
        Case::new("no X-SODA2 headers")
            .only(SOCRATA)
            .faults(|_| vec![Fault { on: On::default(), act: Act::NoSodaHeaders, times: 0 }]),
        Case::new("202, being prepared, once")
            .only(SOCRATA)
            .faults(|scene| page(3, status(scene, 202, "Being prepared"))),
        Case::new(":id refused").only(SOCRATA).habits(|habits| habits.socrata.refuse_id = true).says(":id"),
    ]
}
