//! How a service does, in lines and in JSON.

use geohub_core::text::{self, clean};
use geohub_fetch::Health;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session::Session;

/// Prints it.
pub fn show(session: &Session, health: &Health) -> Result<(), Failure> {
    if session.global.json {
        return session.print(&format!("{}\n", json!({ "health": json_of(health) })));
    }
    session.print(&lines(health))
}

fn json_of(health: &Health) -> Value {
    let trials: Vec<Value> = health
        .trials
        .iter()
        .map(|trial| {
            json!({"what": trial.what, "ms": trial.ms, "requests": trial.requests, "well": trial.well, "words": trial.words})
        })
        .collect();
    json!({
        "source": health.url, "provider": health.provider, "trials": trials, "features": health.rows,
        "page_limit": health.page_limit, "page_cap": health.page_cap,
        "fetch": {"ladder": health.ladder, "rung": rung(health), "page_rows": health.page_rows,
            "requests": health.requests, "connections": health.connections, "encoding": health.encoding},
    })
}

/// The way that a download will go.
fn rung(health: &Health) -> &str {
    health.ladder.last().map_or("nothing", |tried| tried.rung.as_str())
}

fn lines(health: &Health) -> String {
    let mut lines = vec![format!("source    {}", health.url)];
    let longest = health.trials.iter().map(|trial| trial.what.len()).max().unwrap_or(0);
    for trial in &health.trials {
        let sign = if trial.well { "ok" } else { "--" };
        lines.push(format!("  {sign}  {:<longest$}  {:>6} ms  {}", trial.what, trial.ms, trial.words));
    }
    for tried in health.ladder.iter().filter(|tried| tried.rung != rung(health)) {
        lines.push(format!("  not by {}: {}", tried.rung, tried.outcome));
    }
    let requests = health.requests.map_or_else(
        || "requests cannot be told".to_owned(),
        |some| format!("about {}", text::plural(some, "request")),
    );
    let connections = health.connections;
    lines.push(format!(
        "fetch     by {}, {} a page, {requests}, {connections} at once at most, as {}",
        rung(health),
        text::plural(health.page_rows, "row"),
        health.encoding,
    ));
    lines.iter().map(|line| clean(line) + "\n").collect()
}
