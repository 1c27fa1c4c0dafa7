//! `mesh manifest generate`.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{Outcome, Sandbox};

/// An IstioOperator with this spec (indented by two).
pub(super) fn operator(spec: &str) -> String {
    format!("apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec:\n{spec}")
}

pub(super) fn generate<'a>(sandbox: &Sandbox, args: impl IntoIterator<Item = &'a str>) -> Outcome {
    sandbox.run(["manifest", "generate"].into_iter().chain(args))
}

pub(super) fn with_set(setting: &str) -> Outcome {
    generate(&Sandbox::new(), ["--set", setting])
}

/// `Kind namespace/name` of every document, in order.
fn objects(yaml: &str) -> Vec<String> {
    let field = |document: &str, indent: &str, name: &str| {
        let start = format!("{indent}{name}: ");
        let line = document.lines().find(|line| line.starts_with(&start));
        line.map(|line| line[start.len()..].to_owned())
            .unwrap_or_default()
    };
    let metadata = |document: &str| {
        let inside = document
            .lines()
            .skip_while(|line| *line != "metadata:")
            .skip(1);
        inside
            .take_while(|line| line.starts_with(' '))
            .collect::<Vec<_>>()
            .join("\n")
    };
    yaml.split("\n---\n")
        .filter(|document| !document.is_empty())
        .map(|document| {
            let metadata = metadata(document);
            format!(
                "{} {}/{}",
                field(document, "", "kind"),
                field(&metadata, "  ", "namespace"),
                field(&metadata, "  ", "name")
            )
        })
        .collect()
}

#[test]
fn demo_has_the_control_plane_gateways_and_add_ons_in_apply_order() {
    let demo = generate(&Sandbox::new(), ["--profile", "demo"]).success();
    insta::assert_snapshot!(objects(&demo.stdout).join("\n"));
}

#[test]
fn the_old_spelling_of_the_profile_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    let old = generate(&sandbox, ["--set", "profile=demo"]).success();
    for _ in 0..5 {
        assert!(generate(&sandbox, ["--profile", "demo"]).stdout == old.stdout);
    }
}

#[test]
fn the_empty_profile_is_empty() {
    assert_eq!(
        generate(&Sandbox::new(), ["--profile", "empty"])
            .success()
            .stdout,
        ""
    );
}

#[test]
fn reads_standard_input_and_several_files_later_ones_winning() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "a.yaml",
        operator("  profile: minimal\n  hub: one\n  tag: a\n"),
    );
    let args = ["manifest", "generate", "-f", "a.yaml", "-f", "-"];
    let outcome = sandbox
        .run_with_stdin(args, operator("  hub: two\n"))
        .success();
    assert!(outcome.stdout.contains("image: two/pilot:a\n"), "{outcome}");
}

#[test]
fn reads_every_file_of_a_folder_by_name() {
    let sandbox = Sandbox::new();
    sandbox.write("conf/1.yaml", operator("  profile: minimal\n  hub: one\n"));
    sandbox.write("conf/2.yml", operator("  hub: two\n"));
    sandbox.write("conf/notes.txt", "not read");
    assert!(
        generate(&sandbox, ["-f", "conf"])
            .success()
            .stdout
            .contains("image: two/pilot:")
    );
}

#[test]
fn installs_into_the_namespace_of_the_flag() {
    let outcome = generate(
        &Sandbox::new(),
        ["--profile", "minimal", "-i", "mesh-system"],
    )
    .success();
    assert!(
        objects(&outcome.stdout).contains(&"Deployment mesh-system/istiod".to_owned()),
        "{outcome}"
    );
}

#[test]
fn a_revision_names_what_it_installs() {
    let outcome = generate(&Sandbox::new(), ["--profile", "minimal", "-r", "canary"]).success();
    assert!(
        objects(&outcome.stdout).contains(&"Deployment istio-system/istiod-canary".to_owned()),
        "{outcome}"
    );
}

#[test]
fn writes_a_file_with_what_would_have_been_printed() {
    let sandbox = Sandbox::new();
    let printed = generate(&sandbox, []).success().stdout;
    let written = generate(&sandbox, ["-o", "istio.yaml"]).success();
    assert_eq!(written.stdout, "");
    assert!(sandbox.read("istio.yaml") == printed);
    assert!(
        printed.contains("name: gateways.networking.istio.io\n") && printed.ends_with("\n---\n")
    );
}

#[test]
fn writes_a_folder_with_a_file_for_each_component() {
    let sandbox = Sandbox::new();
    let outcome = generate(&sandbox, ["--profile", "demo", "-o", "out/"]).success();
    assert_eq!(outcome.stderr, "wrote 8 files to `out/`\n");
    let mut together: Vec<String> = std::fs::read_dir(sandbox.path().join("out"))
        .unwrap()
        .flat_map(|entry| objects(&std::fs::read_to_string(entry.unwrap().path()).unwrap()))
        .collect();
    let mut printed = objects(&generate(&sandbox, ["--profile", "demo"]).stdout);
    together.sort();
    printed.sort();
    assert_eq!(together, printed);
    let base = objects(&sandbox.read("out/base.yaml"));
    assert_eq!(base[0], "Namespace /istio-system");
    assert!(base[1].starts_with("CustomResourceDefinition "));
}

#[test]
fn a_file_of_a_component_that_is_off_now_is_told_of() {
    let sandbox = Sandbox::new();
    generate(&sandbox, ["--profile", "ambient", "-o", "out/"]).success();
    let again = generate(&sandbox, ["--profile", "minimal", "-o", "out/"]).success();
    insta::assert_snapshot!(again.stderr);
    let only = ["--component", "base", "-o", "out"];
    let one = generate(&sandbox, [&["--profile", "minimal"], &only[..]].concat()).success();
    assert_eq!(one.stderr, "wrote 1 files to `out`\n");
}

#[test]
fn gives_the_components_that_are_asked_for_and_nothing_else() {
    let sandbox = Sandbox::new();
    let ambient = |more: &[&str]| {
        let args = [&["--profile", "ambient"], more].concat();
        generate(&sandbox, args).success().stdout
    };
    let everything = objects(&ambient(&[]));
    let parts = ["base", "Pilot", "CNI", "ztunnel"];
    let mut together: Vec<String> = parts
        .iter()
        .flat_map(|part| objects(&ambient(&["--component", part])))
        .collect();
    let at_once = objects(&ambient(&[
        "--component",
        "base,pilot",
        "--component=cni,ztunnel",
    ]));
    assert_eq!(at_once, everything);
    together.sort();
    let mut sorted = everything.clone();
    sorted.sort();
    assert_eq!(together, sorted);
    let cni = objects(&ambient(&["--component", "cni"]));
    assert!(cni.contains(&"DaemonSet istio-system/istio-cni-node".to_owned()));
    assert!(!cni.iter().any(|object| object.starts_with("Namespace")));
}

#[test]
fn a_flag_that_names_a_cluster_needs_a_reason_to_ask_it() {
    insta::assert_snapshot!(generate(&Sandbox::new(), ["--context", "prod"]).failure(2));
}

#[test]
fn definitions_come_whatever_helm_is_told_of_them() {
    let definitions = |setting: &str| {
        let out = with_set(setting).success().stdout;
        let all = objects(&out).into_iter();
        all.filter(|object| object.starts_with("CustomResourceDefinition"))
            .count()
    };
    assert_eq!(definitions("values.base.enableCRDTemplates=false"), 15);
    assert_eq!(definitions("values.base.enableIstioConfigCRDs=false"), 0);
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .command(["manifest", "generate", "--profile", "demo"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 12];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(&first, b"apiVersion: ");
    assert!(output.status.success(), "{:?}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn an_empty_map_can_be_set() {
    let sandbox = Sandbox::new();
    let provider = "meshConfig.extensionProviders[0]";
    let name = format!("{provider}.name=metrics");
    let map = format!("{provider}.prometheus={{}}");
    let out = generate(&sandbox, ["--set", &name, "--set", &map]).success();
    assert!(out.stdout.contains("prometheus: {}"), "{out}");
}

#[test]
fn an_overlay_reaches_a_definition() {
    let sandbox = Sandbox::new();
    let spec = "  profile: empty\n  components:\n    base:\n      enabled: true\n      k8s:\n        overlays:\n        - kind: CustomResourceDefinition\n          name: sidecars.networking.istio.io\n          patches:\n          - path: metadata.annotations.mine\n            value: \"yes\"\n";
    sandbox.write("mesh.yaml", operator(spec));
    let outcome = generate(&sandbox, ["-f", "mesh.yaml"]).success();
    assert_eq!(
        outcome.stdout.matches("    mine: \"yes\"\n").count(),
        1,
        "{outcome}"
    );
}

#[test]
fn lists_every_image_once() {
    let listed = Sandbox::new()
        .run(["manifest", "images", "--profile", "demo"])
        .success();
    insta::assert_snapshot!(listed.stdout);
}

/// What stands after `image:` in a manifest, the injection templates in it included.
fn images_in(manifest: &str) -> impl Iterator<Item = &str> {
    let images = manifest.lines().filter_map(|line| {
        let line = line.trim().trim_start_matches("- ");
        line.strip_prefix("image: ")
    });
    images.filter(|image| *image != "auto" && !image.contains("{{"))
}

#[test]
fn a_hub_of_ones_own_is_where_every_image_of_every_profile_comes_from() {
    let sandbox = Sandbox::new();
    let profiles = sandbox.run(["profile", "list", "-o", "json"]).success();
    let profiles = profiles.json();
    for profile in profiles.as_array().unwrap() {
        let profile = profile["name"].as_str().unwrap();
        let hub = ["--hub", "registry.example/istio", "--tag", "9.9.9"];
        let flags = [&["--profile", profile], &hub[..]].concat();
        let listed = sandbox.run([&["manifest", "images"], &flags[..]].concat());
        let listed = listed.success().stdout;
        let other = listed
            .lines()
            .find(|image| !image.starts_with("registry.example/istio/"));
        assert_eq!(other, None, "{profile}");
        assert_eq!(listed.contains("/proxyv2:9.9.9"), profile != "empty");
        let manifest = sandbox.run([&["manifest", "generate"], &flags[..]].concat());
        for image in images_in(&manifest.success().stdout) {
            let known = listed.lines().any(|listed| listed == image);
            assert!(known, "{profile}: {image} is not listed");
        }
    }
}

#[test]
fn every_template_injects_from_a_hub_of_ones_own() {
    let sandbox = Sandbox::new();
    for template in ["sidecar", "grpc-agent", "grpc-simple"] {
        sandbox.write(
            "pod.yaml",
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations: {{inject.istio.io/templates: {template}}}\nspec:\n  containers:\n  - name: a\n    image: registry.example/mine:1\n"
            ),
        );
        let hub = ["--hub", "registry.example/istio", "-f", "pod.yaml"];
        let injected = sandbox.run([&["kube-inject"], &hub[..]].concat()).success();
        let mut images = images_in(&injected.stdout);
        let other = images.find(|image| !image.starts_with("registry.example/"));
        assert_eq!(other, None, "{template}: {injected}");
    }
}

#[test]
fn compares_manifests_object_by_object() {
    let sandbox = Sandbox::new();
    let service = |port: u16| {
        format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  port: {port}\n")
    };
    sandbox.write(
        "left.yaml",
        format!(
            "{}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: gone}}\n",
            service(1)
        ),
    );
    sandbox.write(
        "right.yaml",
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: new}}\n---\n{}",
            service(2)
        ),
    );
    let diff = |args: &[&str]| sandbox.run([&["manifest", "diff"], args].concat());
    insta::assert_snapshot!(diff(&["left.yaml", "right.yaml"]).differs());
    let json = diff(&["left.yaml", "right.yaml", "-o", "json"]).differs();
    let json = json.json();
    assert_eq!(json["differences"].as_array().unwrap().len(), 3);
    assert_eq!(diff(&["left.yaml", "left.yaml"]).success().stdout, "");
    insta::assert_snapshot!(diff(&["left.yaml", "absent"]).failure(2));
    sandbox.write("note.yaml", "nothing to install\n");
    insta::assert_snapshot!(diff(&["left.yaml", "note.yaml"]).failure(2));
}

#[test]
fn compares_profiles_with_what_a_file_installs() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "mesh.yaml",
        "apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {profile: minimal}\n",
    );
    assert_eq!(
        sandbox
            .run(["manifest", "diff", "minimal", "mesh.yaml"])
            .success()
            .stdout,
        ""
    );
    let differs = sandbox
        .run(["manifest", "diff", "default", "mesh.yaml"])
        .differs();
    assert!(
        differs
            .stdout
            .contains("--- default: Deployment istio-system/istio-ingressgateway")
    );
}

#[test]
fn renders_charts_of_the_user_s_in_place_of_the_built_in_ones() {
    let sandbox = Sandbox::new();
    for (path, text) in [
        (
            "mine/charts/base/Chart.yaml",
            "name: base\nversion: 1.0.0\n",
        ),
        (
            "mine/charts/base/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.own.name }}\n",
        ),
        ("mine/charts/base/values.yaml", "own: {name: plain}\n"),
        ("mine/.git/config", "not read\n"),
    ] {
        sandbox.write(path, text);
    }
    let minimal = [
        "--profile",
        "minimal",
        "--set",
        "components.pilot.enabled=false",
    ];
    let mine = ["--manifests", "mine", "--set", "values.own.name=x"];
    let out = generate(&sandbox, [&minimal[..], &mine[..]].concat()).success();
    assert_eq!(
        objects(&out.stdout),
        ["Namespace /istio-system", "ConfigMap /x"]
    );
    insta::assert_snapshot!(generate(&sandbox, ["--manifests", "mine"]).failure(1));
    insta::assert_snapshot!(generate(&sandbox, ["--manifests", "mine/charts/base"]).failure(1));
    insta::assert_snapshot!(generate(&sandbox, ["--manifests", "absent"]).failure(1));
}
