//! Functions, by example: templates and what Go with sprig and Helm makes of them.

use serde_json::json;

use super::render;

const EXAMPLES: &[(&str, &str)] = &[
    (
        r#"{{ upper "ß" }} {{ title "ab cd" }} {{ untitle "Ab Cd" }} {{ initials "First Try" }} {{ swapcase "aB" }}"#,
        "ß Ab Cd ab cd FT Ab",
    ),
    (
        r#"{{ snakecase "HTTPServer20x" }} {{ snakecase "Bld4Floor3rd" }} {{ kebabcase "someName" }} {{ camelcase "GO_PATH_x" }} {{ camelcase "_a__b_" }}"#,
        "http_server_20x bld4_floor_3rd some-name GoPathX _A_B_",
    ),
    (
        r#"{{ trunc 3 "hello" }} {{ trunc -3 "hello" }} {{ substr 1 3 "hello" }} {{ abbrev 8 "hello world" }} {{ abbrevboth 5 10 "1234 5678 9123" }}"#,
        "hel llo el hello... ...5678...",
    ),
    (
        r#"{{ wrap 10 "hello big world" }}|{{ wrapWith 5 "-" "HelloBigWorld" }}"#,
        "hello big\nworld|Hello-BigWo-rld",
    ),
    (
        r#"{{ quote "a\"b" 1 nil true }} {{ squote "x" 2 }} {{ cat "a" nil 1 }} {{ plural "one" "many" 2 }} {{ replace "a" "b" "aa" }}"#,
        r#""a\"b" "1" "true" 'x' '2' a 1 many bb"#,
    ),
    (
        r#"{{ nindent 2 "a\nb" }}|{{ indent 1 "x" }}|{{ repeat 2 "ab" }}|{{ nospace " a b " }}|{{ trimAll "-" "--a-" }}"#,
        "\n  a\n  b| x|abab|ab|a",
    ),
    (
        r#"{{ split "," "a,b" }} {{ splitn "," 2 "a,b,c" }} {{ splitList "," "a,b" }} {{ join "-" (list 1 nil "a") }} {{ sortAlpha (list "b" "a") }}"#,
        "map[_0:a _1:b] map[_0:a _1:b,c] [a b] 1-a [a b]",
    ),
    (
        r#"{{ add 1 "2" 3.9 }} {{ sub 5 3 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 3 }} {{ max 1 5 }} {{ min 3 2 }} {{ add1 1 }}"#,
        "6 2 6 3 1 5 2 2",
    ),
    (
        "{{ addf 0.1 0.2 }} {{ subf 0.3 0.1 }} {{ mulf 1.1 1.1 }} {{ divf 2 3 }} {{ round 2.345 2 }} {{ floor 1.7 }} {{ ceil 1.2 }} {{ maxf 1.5 2 }}",
        "0.3 0.2 1.21 0.6666666666666667 2.35 1 2 2",
    ),
    (
        r#"{{ int "0x1F" }} {{ int "5.7" }} {{ int64 true }} {{ float64 "2.5" }} {{ toDecimal "777" }} {{ atoi "12" }} {{ until 3 }} {{ untilStep 1 10 4 }} {{ seq 5 2 }}"#,
        "31 5 1 2.5 511 12 [0 1 2] [1 5 9] 5 4 3 2",
    ),
    (
        r#"{{ first (list 1 2) }} {{ last (list 1 2) }} {{ rest (list 1 2) }} {{ initial (list 1 2) }} {{ reverse (list 1 2) }} {{ uniq (list 1 1 2) }} {{ compact (list 0 1 "") }}"#,
        "1 2 [2] [1] [2 1] [1 2] [1]",
    ),
    (
        "{{ without (list 1 2) 1 }} {{ has 1 (list 1) }} {{ slice (list 1 2 3) 1 2 }} {{ concat (list 1) (list 2) }} {{ chunk 2 (list 1 2 3) }} {{ append (list 1) 2 }} {{ prepend (list 1) 0 }}",
        "[2] true [2] [1 2] [[1 2] [3]] [1 2] [0 1]",
    ),
    (
        r#"{{ dict "a" 1 "b" }} {{ get (dict "a" 1) "a" }} {{ hasKey (dict "a" nil) "a" }} {{ keys (dict "a" 1) }} {{ values (dict "a" 1) }} {{ pluck "a" (dict "a" 1) (dict) (dict "a" 2) }}"#,
        "map[a:1 b:] 1 true [a] [1] [1 2]",
    ),
    (
        r#"{{ pick (dict "a" 1 "b" 2) "a" "c" }} {{ omit (dict "a" 1 "b" 2) "a" }} {{ dig "a" "b" "d" (dict "a" (dict)) }} {{ unset (dict "a" 1) "a" }}"#,
        "map[a:1] map[b:2] d map[]",
    ),
    (
        r#"{{ merge (dict "a" 0 "m" (dict "x" 1)) (dict "a" 2 "m" (dict "x" 2 "y" 3)) }} {{ mergeOverwrite (dict "a" 1 "l" (list 1)) (dict "a" 0 "l" (list)) }}"#,
        "map[a:2 m:map[x:1 y:3]] map[a:0 l:[]]",
    ),
    (
        r#"{{ b64enc "hé" }} {{ b64dec "aGk=" }} {{ b64dec "!" }} {{ b32enc "hello" }} {{ b32dec "NBSWY3DP" }} {{ adler32sum "a" }}"#,
        "aMOp hi illegal base64 data at input byte 0 NBSWY3DP hello 6422626",
    ),
    (
        r#"{{ sha1sum "a" }} {{ sha256sum "a" | trunc 8 }} {{ sha512sum "a" | trunc 8 }}"#,
        "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 ca978112 1f40fc92",
    ),
    (
        r#"{{ regexMatch "^\\w+$" "abc" }} {{ regexFind "[a-z]+" "12ab" }} {{ regexFindAll "[a-z]" "a1b" -1 }} {{ regexReplaceAll "a(x*)b" "-axxb-" "${1}W" }} {{ regexSplit "z+" "pizza" -1 }} {{ regexReplaceAllLiteral "b" "abc" "$1" }} {{ regexQuoteMeta "a.b" }} {{ regexMatch "(" "x" }}"#,
        r"true ab [a b] -xxW- [pi a] a$1c a\.b false",
    ),
    (
        r#"{{ semverCompare "^1.2.0" "1.9.9" }} {{ semverCompare "~1.2" "1.3.0" }} {{ semverCompare ">=1.19" "1.20.0-gke.1" }} {{ semverCompare ">=1.19-0" "1.20.0-gke.1" }} {{ semverCompare "1 - 2" "2.5.0" }} {{ semverCompare "<1 || >=3, !=3.1.x" "3.1.4" }} {{ (semver "v1.2.3-rc1+b").Prerelease }} {{ semver "v1.2" }}"#,
        "true false false true true false rc1 1.2.0",
    ),
    (
        r#"{{ date "2006-01-02" 0 }} {{ dateInZone "Mon Jan _2 15:04:05.000 MST 2006" 86399 "UTC" }} {{ toDate "2006-01-02" "2024-02-29" | unixEpoch }} {{ duration "3661" }} {{ durationRound "2400h10m" }} {{ dateModify "-1.5h" (toDate "2006-01-02" "2024-01-01") | date "02 Jan 06 3:04PM" }}"#,
        "1970-01-01 Thu Jan  1 23:59:59.000 UTC 1970 1709164800 1h1m1s 3mo 31 Dec 23 10:30PM",
    ),
    (
        r#"{{ urlParse "https://u:p@h:80/a%20b?q=1#f" }} {{ urlJoin (dict "scheme" "http" "host" "h" "path" "/a b" "query" "q") }}"#,
        "map[fragment:f host:h:80 hostname:h opaque: path:/a b query:q=1 scheme:https userinfo:u:p] http://h/a%20b?q",
    ),
    (
        r#"{{ default "d" 0 }} {{ coalesce nil "" "x" }} {{ ternary 1 2 false }} {{ empty (list) }} {{ all 1 "" }} {{ any 0 1 }} {{ kindOf 1.5 }} {{ typeOf "a" }} {{ kindIs "map" (dict) }} {{ deepEqual (list 1) (list 1) }}"#,
        "d x 2 true false true float64 string true true",
    ),
    (
        r#"{{ toJson (dict "a" "<b>" "c" 1.0) }} {{ toRawJson "<b>" }} {{ fromJson "{\"a\":[1]}" }} {{ toPrettyJson (list 1 (dict)) }}"#,
        "{\"a\":\"\\u003cb\\u003e\",\"c\":1} \"<b>\" map[a:[1]] [\n  1,\n  {}\n]",
    ),
    (
        r#"{{ toYaml (dict "a" (list 1 "yes")) }}|{{ fromYaml "a: 0644\nb: yes" }}|{{ fromYamlArray "- 1\n- a" }}"#,
        "a:\n- 1\n- \"yes\"|map[a:420 b:true]|[1 a]",
    ),
    (
        r#"{{ printf "%5d|%-5s|%05.1f|%x|%q|%v|%T|%+d|%t|%e|%c|%U" 42 "ab" 3.14159 "hi" "a" (list 1 nil) 1.5 5 true 1234.5 65 65 }}"#,
        r#"   42|ab   |003.1|6869|"a"|[1 <nil>]|float64|+5|true|1.234500e+03|A|U+0041"#,
    ),
    (
        r#"{{ printf "%d %s" "a" }} {{ printf "%s" 1 2 }} {{ printf "%[2]s %[1]s" "a" "b" }} {{ printf "%*d" 4 7 }}"#,
        "%!d(string=a) %!s(MISSING) %!s(int=1)%!(EXTRA int=2) b a    7",
    ),
    (
        r#"{{ print 1 2 "a" "b" 3 }} {{ println "a" 1 }}{{ html "<a>" }} {{ js "a'b" }} {{ urlquery "a b&" }}"#,
        "1 2ab3 a 1\n&lt;a&gt; a\\'b a+b%26",
    ),
    (
        r#"{{ 1e6 }} {{ 1.5 }} {{ 100000.0 }} {{ 1e-7 }} {{ 0x1F }} {{ 'a' }} {{ 1_000 }} {{ list 1.0 "a" true nil (dict "k" 1) }}"#,
        "1e+06 1.5 100000 1e-07 31 97 1000 [1 a true <nil> map[k:1]]",
    ),
    (
        r#"{{ semverCompare ">=1.19-0 <2" "1.20.0-gke.1" }} {{ semverCompare "^1.2 || ~2.1-0" "2.1.5-rc1" }} {{ semverCompare ">=1.19 <2" "1.20.0-gke.1" }}"#,
        "true true false",
    ),
];

#[test]
fn functions_give_what_go_gives() {
    for (text, expected) in EXAMPLES {
        match render(text, &json!({})) {
            Ok(got) => assert_eq!(got, *expected, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

#[test]
fn helm_functions_give_what_helm_gives() {
    let text = r#"{{ toYamlPretty (dict "a" (list 1 (list 2 3) (dict "b" 1 "c" (list 1))) "m" "l1\nl2\n" "x" (dict)) }}"#;
    assert_eq!(
        render(text, &json!({})).unwrap(),
        "a:\n  - 1\n  - - 2\n    - 3\n  - b: 1\n    c:\n      - 1\nm: |\n  l1\n  l2\nx: {}"
    );
    let text = r#"{{ (fromYaml "a: [").Error | empty }} {{ (fromYaml "- a").Error | empty }} {{ getHostByName "x" }}{{ fromJsonArray "[1]" }}"#;
    assert_eq!(render(text, &json!({})).unwrap(), "false false [1]");
}

#[test]
fn times_are_those_of_the_environment() {
    let mut environment = super::Environment::new();
    environment.set_now(super::super::environment::Moment {
        seconds: 1_700_000_000,
        nanoseconds: 0,
    });
    let text =
        r#"{{ now | date "2006-01-02 15:04" }} {{ ago 1699999000 }} {{ now.Unix }} {{ now }}"#;
    environment.parse("t", text).unwrap();
    assert_eq!(
        environment.render("t", &super::Value::Nil).unwrap(),
        "2023-11-14 22:13 16m40s 1700000000 2023-11-14 22:13:20 +0000 UTC"
    );
    let zone = render(r#"{{ dateInZone "15:04" 0 "Europe/Berlin" }}"#, &json!({})).unwrap_err();
    assert!(zone.message.contains("Europe/Berlin"));
}
