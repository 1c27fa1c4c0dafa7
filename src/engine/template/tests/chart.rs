//! Charts: which files count, how values merge, what templates see.

use serde_json::{Value as Json, json};

use super::super::Error;
use super::super::chart::{self, Capabilities, Chart, Release, Rendered};

fn try_render(files: &[(&str, &str)], values: &Json) -> Result<Vec<Rendered>, Error> {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec().into()));
    let chart = Chart::from_files("web", files)?;
    chart::render(
        &chart,
        values,
        &Release::new("demo", "shop"),
        &Capabilities::default(),
    )
}

/// The text of the chart's only manifest.
fn render(files: &[(&str, &str)], values: &Json) -> String {
    let mut files = files.to_vec();
    if !files.iter().any(|(path, _)| *path == "Chart.yaml") {
        files.push(("Chart.yaml", "name: web\nversion: 1.2.3"));
    }
    let rendered = try_render(&files, values).unwrap();
    assert_eq!(rendered.len(), 1, "{rendered:?}");
    rendered[0].text.clone()
}

#[test]
fn values_merge_as_helm_merges_them() {
    let defaults = "a: 1\nkeep: {x: 1, deep: {z: 2}}\nlist: [1, 2]\ngone: here\nnone: null\n";
    let files = [
        ("values.yaml", defaults),
        ("templates/a.yaml", "{{ toJson .Values }}"),
    ];
    let values = json!({"a": 2, "keep": {"deep": {"z": null, "n": 1}}, "list": [3], "gone": null, "new": null});
    assert_eq!(
        render(&files, &values),
        r#"{"a":2,"keep":{"deep":{"n":1},"x":1},"list":[3],"new":null,"none":null}"#
    );
    assert!(render(&files, &Json::Null).starts_with(r#"{"a":1,"gone":"here""#));
}

#[test]
fn inner_charts_get_their_part_and_global() {
    let files = [
        ("values.yaml", "global: {region: eu}\ndb: {size: 2}\n"),
        ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0"),
        (
            "charts/db/values.yaml",
            "size: 1\nkind: sql\nglobal: {region: us, zone: a}\n",
        ),
        (
            "charts/db/templates/a.yaml",
            "{{ .Template.Name }} {{ .Chart.Name }} {{ .Values.size }} {{ .Values.kind }} {{ .Values.global.region }}{{ .Values.global.zone }}",
        ),
    ];
    assert_eq!(
        render(&files, &json!({})),
        "web/charts/db/templates/a.yaml db 2 sql eua"
    );
    assert_eq!(
        render(
            &files,
            &json!({"db": {"size": null}, "global": {"zone": "b"}})
        ),
        "web/charts/db/templates/a.yaml db  sql eub"
    );
}

#[test]
fn conditions_tags_aliases_and_imports_of_dependencies_count() {
    let chart = "name: web\nversion: 1.0.0\ndependencies:\n\
        - {name: db, condition: \"db.enabled\"}\n- {name: mq, alias: queue, tags: [back]}\n\
        - {name: lib, import-values: [data, {child: inner, parent: taken}]}\n";
    let files = [
        ("Chart.yaml", chart),
        (
            "templates/a.yaml",
            "port {{ .Values.port }} {{ .Values.taken }}",
        ),
        ("charts/db/Chart.yaml", "name: db"),
        ("charts/db/templates/a.yaml", "db"),
        ("charts/mq/Chart.yaml", "name: mq"),
        (
            "charts/mq/templates/a.yaml",
            "{{ .Chart.Name }} {{ .Values.v }}",
        ),
        ("charts/lib/Chart.yaml", "name: lib"),
        (
            "charts/lib/values.yaml",
            "exports: {data: {port: 80}}\ninner: {k: v}\n",
        ),
    ];
    let texts = |values: Json| {
        let rendered = try_render(&files, &values).unwrap();
        rendered.into_iter().map(|one| one.text).collect::<Vec<_>>()
    };
    assert_eq!(
        texts(json!({"queue": {"v": 1}})),
        ["db", "queue 1", "port 80 map[k:v]"]
    );
    let off = json!({"db": {"enabled": false}, "tags": {"back": false}, "port": 81});
    assert_eq!(texts(off), ["port 81 map[k:v]"]);
}

#[test]
fn templates_see_release_chart_capabilities_and_files() {
    let files = [
        (
            "Chart.yaml",
            "name: web\nversion: 1.2.3\nappVersion: \"7\"\nannotations: {a: b}\n",
        ),
        ("files/a.conf", "one\ntwo\n"),
        ("files/b.conf", "three"),
        (
            "templates/a.yaml",
            "{{ .Release.Name }}/{{ .Release.Namespace }} {{ .Release.IsInstall }} {{ .Chart.Version }} {{ .Chart.AppVersion }} {{ .Chart.Annotations.a }} {{ .Chart.Icon }}|\
             {{ .Capabilities.KubeVersion.Minor }} {{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has \"x/v1\" }}\n\
             {{ .Files.Lines \"files/a.conf\" }} {{ .Files.Get \"none\" }}\n{{ (.Files.Glob \"files/*.conf\").AsConfig }}\n{{ (.Files.Glob \"**/b.conf\").AsSecrets }}\n\
             {{ range $path, $bytes := .Files.Glob \"*/b*\" }}{{ $path }}={{ toString $bytes }}{{ end }}",
        ),
    ];
    assert_eq!(
        render(&files, &json!({})),
        "demo/shop true 1.2.3 7 b |34 true false\n[one two] \na.conf: |\n  one\n  two\nb.conf: three\nb.conf: dGhyZWU=\nfiles/b.conf=three"
    );
}

#[test]
fn partials_notes_and_blank_files_are_no_manifests() {
    let files = [
        (
            "templates/_parts.tpl",
            "{{ define \"x\" }}part{{ end }}text",
        ),
        ("templates/NOTES.txt", "Thank you"),
        ("templates/blank.yaml", "{{ if false }}a{{ end }}\n"),
        (
            "templates/a.yaml",
            "{{ include \"x\" . }} [{{ .Values.missing }}] {{ tpl \"{{ .Values.missing }}\" . }}",
        ),
        ("README.md", "{{ not a template"),
    ];
    assert_eq!(render(&files, &json!({})), "part [] ");
}

#[test]
fn the_last_template_runs_first_and_its_changes_are_seen() {
    let files = [
        ("templates/a.yaml", "{{ .Values.set }}"),
        (
            "templates/zzz.yaml",
            "{{ $_ := set . \"Values\" (dict \"set\" \"by zzz\") }}",
        ),
    ];
    assert_eq!(render(&files, &json!({})), "by zzz");
}

#[test]
fn errors_name_the_file_of_the_chart() {
    let error =
        |files: &[(&str, &str)], values: Json| try_render(files, &values).unwrap_err().to_string();
    assert_eq!(
        error(&[("templates/a.yaml", "x")], json!({})),
        "web/Chart.yaml: the chart has no Chart.yaml with a `name`"
    );
    let named = ("Chart.yaml", "name: web");
    let bad_yaml = error(&[named, ("values.yaml", "a: 1\nb: [\n")], json!({}));
    assert!(bad_yaml.starts_with("web/values.yaml:"), "{bad_yaml}");
    assert_eq!(
        error(&[named, ("values.yaml", "- 1")], json!({})),
        "web/values.yaml: the values are not a map"
    );
    assert_eq!(error(&[named], json!([1])), "web: the values are not a map");
    assert!(error(&[named, ("charts/x-1.tgz", "")], json!({})).contains("unpack it"));
    assert_eq!(
        error(
            &[
                named,
                (
                    "templates/a.yaml",
                    "a\n{{ required \"set .name\" .Values.name }}"
                )
            ],
            json!({})
        ),
        "web/templates/a.yaml:2:3: at <required \"set .name\" .Values.name>: set .name"
    );
    let inner = [
        named,
        ("charts/db/Chart.yaml", "name: db"),
        ("templates/a.yaml", "x"),
    ];
    assert!(error(&inner, json!({"db": 5})).contains("\"db\""));
}
