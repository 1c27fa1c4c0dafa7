//! Helm's functions: templates within templates, YAML and JSON, required values, look-ups.

use super::super::Failure;
use serde_json::Value as Json;

use super::super::call::Param::{Any, Text};
use super::super::call::{Builtin, fixed};
use super::super::convert::{self, JsonStyle};
use super::super::{Answer, Call};
use super::super::{Map, Value};
use crate::yaml;

const PLAIN: JsonStyle = JsonStyle {
    escape_html: true,
    pretty: false,
};
const RAW: JsonStyle = JsonStyle {
    escape_html: false,
    pretty: false,
};
const PRETTY: JsonStyle = JsonStyle {
    escape_html: true,
    pretty: true,
};

pub(super) const TABLE: &[Builtin] = &[
    fixed("include", &[Text, Any], |call| {
        Ok(call.include(call.text(0)?, call.value(1)?)?.into())
    }),
    fixed("tpl", &[Text, Any], tpl),
    fixed("required", &[Text, Any], required),
    fixed("lookup", &[Text, Text, Text, Text], lookup),
    fixed("getHostByName", &[Text], |_| Ok("".into())),
    fixed("toYaml", &[Any], |call| or_empty(to_yaml(call))),
    fixed("mustToYaml", &[Any], |call| Ok(to_yaml(call)?.into())),
    fixed("toYamlPretty", &[Any], |call| {
        or_empty(to_yaml_pretty(call))
    }),
    fixed("fromYaml", &[Text], from_yaml),
    fixed("fromYamlArray", &[Text], from_yaml_array),
    fixed("toJson", &[Any], |call| or_empty(json(call, PLAIN))),
    fixed("mustToJson", &[Any], |call| Ok(json(call, PLAIN)?.into())),
    fixed("toRawJson", &[Any], |call| or_empty(json(call, RAW))),
    fixed("mustToRawJson", &[Any], |call| Ok(json(call, RAW)?.into())),
    fixed("toPrettyJson", &[Any], |call| or_empty(json(call, PRETTY))),
    fixed("mustToPrettyJson", &[Any], |call| {
        Ok(json(call, PRETTY)?.into())
    }),
    fixed("fromJson", &[Text], from_json),
    fixed("mustFromJson", &[Text], |call| {
        let read = serde_json::from_str(call.text(0)?);
        Ok(convert::from_read(
            &read.map_err(|error| error.to_string())?,
        ))
    }),
    fixed("fromJsonArray", &[Text], from_json_array),
];

/// Helm drops Go's mark for a missing value from what `tpl` gives, and from whole files.
pub(crate) fn without_no_value(text: String) -> String {
    if text.contains("<no value>") {
        text.replace("<no value>", "")
    } else {
        text
    }
}

fn tpl(call: &Call<'_>) -> Answer {
    let text = call.expand(call.text(0)?, call.value(1)?)?;
    Ok(without_no_value(text).into())
}

fn required(call: &Call<'_>) -> Answer {
    match call.value(1)? {
        Value::Nil => Err(call.text(0)?.into()),
        Value::Str(text) if text.is_empty() => Err(call.text(0)?.into()),
        value => Ok(value.clone()),
    }
}

fn lookup(call: &Call<'_>) -> Answer {
    match &call.environment().lookup {
        Some(lookup) => Ok(lookup(
            call.text(0)?,
            call.text(1)?,
            call.text(2)?,
            call.text(3)?,
        )?),
        None => Ok(Value::Map(Map::new())),
    }
}

/// Helm's writers answer with nothing where they fail, but a limit is a limit.
fn or_empty(written: Result<String, Failure>) -> Answer {
    Ok(written?.into())
}

fn to_yaml(call: &Call<'_>) -> Result<String, Failure> {
    let data = convert::to_data(call.value(0)?, &call.run.budget)?;
    let mut text = yaml::to_string_folded(&data);
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}

/// YAML with lists indented below their keys.
fn to_yaml_pretty(call: &Call<'_>) -> Result<String, Failure> {
    let data = convert::to_data(call.value(0)?, &call.run.budget)?;
    let mut out = String::new();
    write_pretty(&mut out, &data, 0);
    out.truncate(out.trim_end_matches('\n').len());
    Ok(out)
}

/// Writes a value, each line below `indent` spaces but for the first.
fn write_pretty(out: &mut String, data: &Json, indent: usize) {
    let margin = " ".repeat(indent);
    match data {
        Json::Object(map) if !map.is_empty() => {
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push_str(&margin);
                }
                if is_nested(value) {
                    // The writer's own form of the key, which ends in `: null`.
                    let line = yaml::to_string(&Json::Object(
                        [(key.clone(), Json::Null)].into_iter().collect(),
                    ));
                    out.push_str(line.trim_end().trim_end_matches("null").trim_end());
                    out.extend(["\n", &margin, "  "]);
                    write_pretty(out, value, indent + 2);
                } else {
                    let lines = yaml::to_string(&Json::Object(
                        [(key.clone(), value.clone())].into_iter().collect(),
                    ));
                    push_lines(out, &lines, &margin);
                }
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(&margin);
                }
                if is_nested(item) {
                    out.push_str("- ");
                    write_pretty(out, item, indent + 2);
                } else {
                    push_lines(
                        out,
                        &yaml::to_string(&Json::Array(vec![item.clone()])),
                        &margin,
                    );
                }
            }
        }
        leaf => push_lines(out, &yaml::to_string(leaf), &margin),
    }
}

fn is_nested(data: &Json) -> bool {
    match data {
        Json::Object(map) => !map.is_empty(),
        Json::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// Adds lines, each but the first and blank ones below a margin.
fn push_lines(out: &mut String, lines: &str, margin: &str) {
    for (index, line) in lines.split_inclusive('\n').enumerate() {
        if index > 0 && line != "\n" {
            out.push_str(margin);
        }
        out.push_str(line);
    }
}

fn json(call: &Call<'_>, style: JsonStyle) -> Result<String, Failure> {
    convert::json(call.value(0)?, style, &call.run.budget)
}

/// As Helm has it, a text that cannot be read gives a map with the reason under `Error`.
fn from_yaml(call: &Call<'_>) -> Answer {
    let read = yaml::parse(call.text(0)?).map_err(|error| error.to_string());
    Ok(map_or_error(read))
}

fn from_json(call: &Call<'_>) -> Answer {
    let read = serde_json::from_str(call.text(0)?).map_err(|error| error.to_string());
    Ok(map_or_error(read))
}

fn map_or_error(read: Result<serde_json::Value, String>) -> Value {
    match read {
        Ok(serde_json::Value::Null) => Value::Map(Map::new()),
        Ok(data @ serde_json::Value::Object(_)) => convert::from_read(&data),
        Ok(_) => error_map("the text is not a map"),
        Err(message) => error_map(&message),
    }
}

fn error_map(message: &str) -> Value {
    Value::Map(
        [("Error", Value::from(message))]
            .into_iter()
            .collect::<Map>(),
    )
}

fn from_yaml_array(call: &Call<'_>) -> Answer {
    let read = yaml::parse(call.text(0)?).map_err(|error| error.to_string());
    Ok(list_or_error(read))
}

fn from_json_array(call: &Call<'_>) -> Answer {
    let read = serde_json::from_str(call.text(0)?).map_err(|error| error.to_string());
    Ok(list_or_error(read))
}

fn list_or_error(read: Result<serde_json::Value, String>) -> Value {
    match read {
        Ok(serde_json::Value::Null) => Value::list(Vec::new()),
        Ok(data @ serde_json::Value::Array(_)) => convert::from_read(&data),
        Ok(_) => Value::texts(["the text is not a list"]),
        Err(message) => Value::texts([message]),
    }
}
