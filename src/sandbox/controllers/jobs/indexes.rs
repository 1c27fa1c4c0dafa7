//! Indexed jobs: which index a pod works on, and lists of indexes as `0,2-5`.

use std::collections::BTreeSet;

use serde_json::json;

use super::{INDEX, TRACKING, pods, text};
use crate::sandbox::api::Object;

/// The index of a pod.
pub(super) fn of(pod: &Object) -> Option<i64> {
    text(&pod["metadata"]["annotations"][INDEX]).parse().ok()
}

/// Reads a list; what is not one is left out.
pub(super) fn read(list: &str) -> BTreeSet<i64> {
    let mut out = BTreeSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) {
            out.extend(first..=last);
        }
    }
    out
}

/// Writes a list: two indexes in a row by a comma, more by a dash.
pub(super) fn write(indexes: &BTreeSet<i64>) -> String {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *index => *last = *index,
            _ => runs.push((*index, *index)),
        }
    }
    let run = |(first, last): &(i64, i64)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}-{last}"),
    };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}

/// A pod of a job; of an indexed one, that of an index.
pub(super) fn pod(job: &Object, index: Option<i64>) -> Object {
    let mut pod = pods::from_template(&job["spec"]["template"], job);
    let prefix = pods::name_prefix(job);
    let metadata = &mut pod["metadata"];
    let mut finalizers = metadata["finalizers"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    finalizers.push(json!(TRACKING));
    metadata["finalizers"] = json!(finalizers);
    let Some(index) = index else {
        metadata["generateName"] = json!(prefix);
        return pod;
    };
    let text = json!(index.to_string());
    metadata["generateName"] = json!(format!("{prefix}{index}-"));
    metadata["annotations"][INDEX] = text.clone();
    metadata["labels"][INDEX] = text;
    let spec = &mut pod["spec"];
    spec["hostname"] = json!(format!("{prefix}{index}"));
    let variable = json!({"name": "JOB_COMPLETION_INDEX", "valueFrom": {
        "fieldRef": {"fieldPath": format!("metadata.labels['{INDEX}']")}}});
    for list in ["initContainers", "containers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            let mut env = container["env"].as_array().cloned().unwrap_or_default();
            env.push(variable.clone());
            container["env"] = json!(env);
        }
    }
    pod
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_and_read_back() {
        for (indexes, text) in [
            (vec![], ""),
            (vec![3], "3"),
            (vec![0, 1], "0,1"),
            (vec![0, 1, 2, 5, 7, 8, 9], "0-2,5,7-9"),
        ] {
            let indexes: BTreeSet<i64> = indexes.into_iter().collect();
            assert_eq!(write(&indexes), text);
            assert_eq!(read(text), indexes);
        }
    }
}
