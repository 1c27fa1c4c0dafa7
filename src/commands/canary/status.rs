//! `mesh canary status`.

use std::time::Duration;

use super::flags::ClusterFlags;
use super::live::Live;
use crate::cluster;
use crate::engine::canary::status::{self, Around, DestinationStatus, Routes, Status};
use crate::engine::canary::{parts, short};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::structured::Format;
use crate::output::table::Table;

/// How often a watched status is read again.
const PERIOD: Duration = Duration::from_secs(1);

/// Show where releases stand: routes, shares, and the pods behind them
///
/// Of each service the objects that route it, their routes, and of each
/// destination the share that is set (as Istio deals it out: in percent,
/// whatever the weights sum to) and how many of its pods are ready. Without a
/// service, all that are routed in the namespace.
///
/// EXAMPLES
///   mesh canary status reviews
///   mesh canary status -n shop
///   mesh canary status reviews -w
///   mesh canary status reviews -o json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The service: NAME or NAME.NAMESPACE
    #[arg(value_name = "SVC[.NAMESPACE]")]
    service: Option<String>,

    /// Show it again whenever it changes, until interrupted
    #[arg(short, long)]
    watch: bool,

    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Reads and shows the status, once or until interrupted.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    cluster::block_on(async {
        let live = Live::connect(&args.cluster, ui).await?;
        let mut shown = read(args, &live).await?;
        show(args, &shown, ui)?;
        if !args.watch {
            return Ok(());
        }
        loop {
            tokio::time::sleep(PERIOD).await;
            match read(args, &live).await {
                Ok(next) if next != shown => {
                    if args.cluster.format.output == Format::Table {
                        ui.result(b"\n")?;
                    }
                    show(args, &next, ui)?;
                    shown = next;
                }
                Ok(_) => {}
                Err(error) => ui.warning(error),
            }
        }
    })
}

async fn read(args: &Args, live: &Live<'_>) -> Result<Vec<Status>> {
    let service = args.service.as_deref();
    let wanted = service.map(|service| live.target(service).full(&live.namespace));
    let namespace = wanted
        .as_deref()
        .and_then(parts)
        .map_or(live.namespace.as_str(), |parts| parts.1);
    let (objects, pods, services) = tokio::try_join!(
        live.routing(),
        live.pods(namespace, ""),
        live.services(namespace),
    )?;
    let around = Around { services, pods };
    let Some(service) = wanted.as_deref() else {
        let all = status::routed(&objects, namespace);
        return Ok(all
            .iter()
            .map(|service| status::of(&objects, service, &around))
            .collect());
    };
    let status = status::of(&objects, service, &around);
    if status.objects.is_empty() && !around.services.contains_key(service) {
        let error = Error::new(
            Kind::User,
            format!(
                "there is no Service `{}`, and no route to it",
                short(service)
            ),
        );
        let names: Vec<&str> = around.services.keys().map(|full| short(full)).collect();
        return Err(error.hint(format!("in `{namespace}` there are: {}", names.join(", "))));
    }
    Ok(vec![status])
}

fn show(args: &Args, all: &[Status], ui: &Ui) -> Result<()> {
    ui.report(&all, args.cluster.format.output, |all| table(all))?;
    if args.cluster.format.output != Format::Table {
        return Ok(());
    }
    if all.is_empty() {
        ui.status("no VirtualService routes to a service of this namespace");
    }
    for status in all.iter().filter(|status| status.objects.is_empty()) {
        ui.hint(format!(
            "no VirtualService routes `{0}`: its pods get requests in turn; `mesh canary init {0}` writes the rules",
            status.service
        ));
    }
    Ok(())
}

fn table(all: &[Status]) -> String {
    let mut table = Table::new(["SERVICE", "SHARE", "READY", "NOTE"]);
    for status in all {
        let note = match (&status.stable, &status.canary, status.phase) {
            (Some(stable), Some(canary), Some(phase)) => {
                format!("stable {stable}, new {canary}: {}", phase.name())
            }
            (Some(stable), None, _) => format!("stable {stable}"),
            _ => String::new(),
        };
        table.row([status.service.clone(), String::new(), String::new(), note]);
        if status.objects.is_empty() {
            let count = status.versions.len();
            for (index, version) in status.versions.iter().enumerate() {
                let name = format!("{}{}", branch(index, count), version.name);
                let ready = format!("{}/{}", version.ready_pods, version.pods);
                table.row([name, "-".to_owned(), ready, String::new()]);
            }
        }
        let count = status.objects.len();
        for (index, object) in status.objects.iter().enumerate() {
            rows(&mut table, object, index + 1 == count);
        }
    }
    table.to_string()
}

fn branch(index: usize, count: usize) -> &'static str {
    if index + 1 == count {
        "└─ "
    } else {
        "├─ "
    }
}

fn rows(table: &mut Table, object: &Routes, last: bool) {
    let (twig, stem) = if last {
        ("└─ ", "   ")
    } else {
        ("├─ ", "│  ")
    };
    let name = format!("{twig}{} {}/{}", object.kind, object.namespace, object.name);
    let note = match &object.last_change {
        Some(_) if object.drifted => {
            "edited by other means since the last `mesh canary`".to_owned()
        }
        Some(last) => format!("{} ({}, {})", last.command, last.actor, last.time),
        None => String::new(),
    };
    table.row([name, String::new(), String::new(), note]);
    let count = object.list.len();
    for (index, route) in object.list.iter().enumerate() {
        let name = format!(
            "{stem}{}{}: {}",
            branch(index, count),
            route.route,
            route.condition
        );
        table.row([
            name,
            String::new(),
            String::new(),
            format!("at {}", route.bound_to),
        ]);
        let stem = format!("{stem}{}", if index + 1 == count { "   " } else { "│  " });
        let count = route.destinations.len();
        for (index, each) in route.destinations.iter().enumerate() {
            let name = format!("{stem}{}{}", branch(index, count), each.name);
            table.row([
                name,
                share(each),
                ready(each),
                each.fault.clone().unwrap_or_default(),
            ]);
        }
    }
}

fn share(each: &DestinationStatus) -> String {
    format!("{}%", each.percent)
}

fn ready(each: &DestinationStatus) -> String {
    match (each.ready_pods, each.pods) {
        (Some(ready), Some(all)) => format!("{ready}/{all}"),
        _ => "-".to_owned(),
    }
}
