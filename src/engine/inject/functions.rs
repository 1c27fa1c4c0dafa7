//! The functions that an injection template has besides sprig's: those of istiod's injector, with their names, their
//! arguments and their oddities, since templates are written for istiod.

use serde_json::Value as Json;

use crate::engine::template::{Answer, Call, Environment, Map, Value};
use crate::yaml;

use super::template_data::JSON_METHOD;

/// Adds all functions. `variables` is what `env` reads: the environment of the injector, not of this process.
pub(crate) fn add(
    environment: &mut Environment,
    variables: &std::collections::BTreeMap<String, String>,
) {
    type Function = fn(&Call<'_>) -> Answer;
    const FUNCTIONS: &[(&str, Function)] = &[
        ("annotation", annotation),
        ("appendMultusNetwork", append_multus_network),
        ("applicationPorts", application_ports),
        ("contains", contains),
        ("directory", directory),
        ("excludeInboundPort", exclude_inbound_port),
        ("excludeInterfaces", same_text),
        ("formatDuration", format_duration),
        ("fromJSON", from_json),
        ("includeInboundPorts", include_inbound_ports),
        ("indent", indent),
        ("isset", is_set),
        ("kubevirtInterfaces", same_text),
        ("mergeMaps", merge_maps),
        ("omit", omit),
        ("omitNil", omit_nil),
        ("otelResourceAttributes", super::otel::resource_attributes),
        ("protoToJSON", struct_to_json),
        ("strdict", string_map),
        ("structToJSON", struct_to_json),
        ("toJSON", to_json),
        ("toJsonMap", to_json_map),
        ("toLower", to_lower),
        ("toYaml", to_yaml),
        ("valueOrDefault", value_or_default),
    ];
    for (name, function) in FUNCTIONS {
        environment.add_function(*name, function);
    }
    let variables = variables.clone();
    environment.add_function("env", move |call| {
        let value = variables
            .get(call.text(0)?)
            .filter(|value| !value.is_empty());
        Ok(match value {
            Some(value) => value.as_str().into(),
            None => call.text(1)?.into(),
        })
    });
}

/// `annotation meta name default`: the pod's annotation, or the default as text.
fn annotation(call: &Call<'_>) -> Answer {
    let annotations = match call.value(0)? {
        Value::Object(meta) => meta.field("Annotations"),
        _ => None,
    };
    match annotations {
        Some(Value::Map(map)) if map.has(call.text(1)?) => Ok(map.get(call.text(1)?)),
        _ => Ok(Value::text(printed(call.value(2)?))),
    }
}

/// A value as Go's `fmt.Sprint` shows it.
fn printed(value: &Value) -> String {
    match value {
        Value::Nil => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number, _) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Str(text) => text.to_string(),
        Value::Object(object) => printed(&object.data()),
        other => plain(other).to_string(),
    }
}

/// `isset map key`
fn is_set(call: &Call<'_>) -> Answer {
    Ok(call.map(0)?.has(call.text(1)?).into())
}

/// `valueOrDefault value default`: the default for nil and the empty string only; zero and false count as values.
fn value_or_default(call: &Call<'_>) -> Answer {
    let value = call.value(0)?;
    let missing = matches!(value, Value::Nil) || value.as_text() == Some("");
    let chosen = if missing { call.value(1)? } else { value };
    Ok(chosen.clone())
}

/// `excludeInboundPort port ports`: the list with the port at its end, unless it is there already or is no port.
fn exclude_inbound_port(call: &Call<'_>) -> Answer {
    let port = printed(call.value(0)?).trim().to_owned();
    let ports = call.text(1)?;
    if port.is_empty() || port == "0" || ports.split(',').any(|other| other == port) {
        return Ok(ports.into());
    }
    let others = ports
        .split(',')
        .map(str::trim)
        .filter(|other| !other.is_empty());
    let all: Vec<&str> = others.chain([port.as_str()]).collect();
    Ok(all.join(",").into())
}

/// `includeInboundPorts containers`: every TCP port that a container declares.
fn include_inbound_ports(call: &Call<'_>) -> Answer {
    ports(call, |_| true)
}

/// `applicationPorts containers`: the same without the proxy's.
fn application_ports(call: &Call<'_>) -> Answer {
    ports(call, |name| name != super::pod::PROXY)
}

fn ports(call: &Call<'_>, counts: impl Fn(&str) -> bool) -> Answer {
    let mut all = Vec::new();
    for container in call.list(0)?.iter() {
        let container = plain(container);
        if !counts(super::pod::name_of(&container)) {
            continue;
        }
        let ports = container.get("ports").and_then(Json::as_array);
        for port in ports.into_iter().flatten() {
            let protocol = port.get("protocol").and_then(Json::as_str);
            if !matches!(protocol, Some("UDP" | "SCTP")) {
                all.push(
                    port.get("containerPort")
                        .unwrap_or(&Json::from(0))
                        .to_string(),
                );
            }
        }
    }
    Ok(all.join(",").into())
}

/// `kubevirtInterfaces text` and `excludeInterfaces text`: kept for old templates.
fn same_text(call: &Call<'_>) -> Answer {
    Ok(call.text(0)?.into())
}

/// `contains needle haystack`
fn contains(call: &Call<'_>) -> Answer {
    Ok(call.text(1)?.contains(call.text(0)?).into())
}

fn to_lower(call: &Call<'_>) -> Answer {
    Ok(call.text(0)?.to_lowercase().into())
}

/// `directory path`: everything up to the last slash, with it.
fn directory(call: &Call<'_>) -> Answer {
    let path = call.text(0)?;
    Ok(path[..path.rfind('/').map_or(0, |slash| slash + 1)].into())
}

/// `indent spaces text`: indents every line but the first, for text that stands after something.
fn indent(call: &Call<'_>) -> Answer {
    let spaces = usize::try_from(call.int(0)?.clamp(0, 1000)).unwrap_or(0);
    let text = call.text(1)?;
    call.check_size(text.len() + spaces * text.matches('\n').count())?;
    Ok(text
        .replace('\n', &format!("\n{}", " ".repeat(spaces)))
        .into())
}

/// `formatDuration duration`: like "1m30s".
fn format_duration(call: &Call<'_>) -> Answer {
    let text = printed(call.value(0)?);
    let Some(seconds) = text
        .strip_suffix('s')
        .and_then(|number| number.parse::<f64>().ok())
    else {
        return Ok("0s".into());
    };
    let (sign, seconds) = if seconds < 0.0 {
        ("-", -seconds)
    } else {
        ("", seconds)
    };
    let minutes = (seconds / 60.0).floor();
    let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
    let rest = seconds % 60.0;
    Ok(match (hours > 0.0, minutes > 0.0) {
        (true, _) => format!("{sign}{hours}h{minutes}m{rest}s"),
        (false, true) => format!("{sign}{minutes}m{rest}s"),
        (false, false) => format!("{sign}{rest}s"),
    }
    .into())
}

/// `fromJSON text`: what is not JSON becomes the text "{}", as istiod has it.
fn from_json(call: &Call<'_>) -> Answer {
    Ok(match serde_json::from_str::<Json>(call.text(0)?) {
        Ok(json) => Value::from(&json),
        Err(_) => "{}".into(),
    })
}

/// `toJSON map`, for maps of strings.
fn to_json(call: &Call<'_>) -> Answer {
    Ok(json_text(&plain(call.value(0)?)).into())
}

/// `toJsonMap map…`: the JSON of all maps together.
fn to_json_map(call: &Call<'_>) -> Answer {
    Ok(json_text(&plain(&merge_maps(call)?)).into())
}

/// `structToJSON value` and `protoToJSON message`: fields in the order of the type.
fn struct_to_json(call: &Call<'_>) -> Answer {
    match call.value(0)? {
        Value::Nil => Ok("{}".into()),
        Value::Object(object) => match object.method(JSON_METHOD, call) {
            Some(answer) => answer,
            None => Ok(json_text(&plain(&object.data())).into()),
        },
        other => Ok(json_text(&plain(other)).into()),
    }
}

fn to_yaml(call: &Call<'_>) -> Answer {
    Ok(yaml::to_string(&plain(call.value(0)?)).into())
}

/// `mergeMaps map…`: later maps win.
fn merge_maps(call: &Call<'_>) -> Answer {
    let merged = Map::of_strings();
    for index in 0..call.arguments().len() {
        for (name, value) in call.map(index)?.entries() {
            merged.set(name, value);
        }
    }
    Ok(merged.into())
}

/// `omit map key…`: a copy without the keys.
fn omit(call: &Call<'_>) -> Answer {
    let kept = Map::of_strings();
    for (name, value) in call.map(0)?.entries() {
        if !call.rest(1).iter().any(|key| key.as_text() == Some(&*name)) {
            kept.set(name, value);
        }
    }
    Ok(kept.into())
}

/// `strdict key value…`: a map of strings; a last key without a value gets the empty string.
fn string_map(call: &Call<'_>) -> Answer {
    let map = Map::of_strings();
    for index in (0..call.arguments().len()).step_by(2) {
        let value = match call.arguments().get(index + 1) {
            Some(_) => call.text(index + 1)?,
            None => "",
        };
        map.set(call.text(index)?, value.into());
    }
    Ok(map.into())
}

/// `omitNil value`: without nils in maps and lists; what gets empty by that is nil itself.
fn omit_nil(call: &Call<'_>) -> Answer {
    Ok(without_nil(&plain(call.value(0)?)).map_or(Value::Nil, |json| Value::from(&json)))
}

fn without_nil(json: &Json) -> Option<Json> {
    match json {
        Json::Null => None,
        Json::Object(map) if !map.is_empty() => {
            let kept: serde_json::Map<String, Json> = map
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), without_nil(value)?)))
                .collect();
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        Json::Array(items) if !items.is_empty() => {
            let kept: Vec<Json> = items.iter().filter_map(without_nil).collect();
            (!kept.is_empty()).then_some(Json::Array(kept))
        }
        other => Some(other.clone()),
    }
}

/// `appendMultusNetwork existing network`: adds a network to a pod's list of networks, which is JSON or separated by
/// commas; a list that has it already, or cannot be read, stays as it is.
fn append_multus_network(call: &Call<'_>) -> Answer {
    let (existing, network) = (call.text(0)?, call.text(1)?);
    if existing.is_empty() {
        return Ok(network.into());
    }
    let Some(end) = existing.rfind(']') else {
        if existing.split(',').any(|other| other.trim() == network) {
            return Ok(existing.into());
        }
        return Ok(format!("{existing}, {network}").into());
    };
    let Ok(Json::Array(networks)) = serde_json::from_str::<Json>(existing) else {
        return Ok(existing.into());
    };
    let (namespace, name) = network.split_once('/').unwrap_or(("", network));
    let has = |other: &Json| {
        let text = |key: &str| other.get(key).and_then(Json::as_str).unwrap_or("");
        text("name") == name && text("namespace") == namespace
    };
    if networks.iter().any(has) {
        return Ok(existing.into());
    }
    let added = if namespace.is_empty() {
        format!(r#"{{"name": "{name}"}}"#)
    } else {
        format!(r#"{{"name": "{name}", "namespace": "{namespace}"}}"#)
    };
    let separator = if networks.is_empty() { "" } else { ", " };
    Ok(format!("{}{separator}{added}{}", &existing[..end], &existing[end..]).into())
}

fn json_text(json: &Json) -> String {
    super::types::go_json(json, &super::types::Shape::Any)
}

/// A template's value as plain data.
pub(crate) fn plain(value: &Value) -> Json {
    match value {
        Value::Nil => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(number, _) => (*number).into(),
        Value::Float(number) => Json::from(*number),
        Value::Str(text) => Json::from(&**text),
        Value::Bytes(bytes) => Json::from(bytes.to_vec()),
        Value::List(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Map(map) => Json::Object(
            map.entries()
                .into_iter()
                .map(|(name, value)| (name.to_string(), plain(&value)))
                .collect(),
        ),
        Value::Object(object) => plain(&object.data()),
    }
}
