
use builtin;
use str;

set edit:completion:arg-completer[mesh] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'mesh'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'mesh'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help'
            cand --help 'Print help'
            cand kube-inject 'Add the sidecar to the workloads of YAML files'
            cand inject 'Turn injection by namespace on and off, see what is injected'
            cand check-inject 'Say whether a pod is injected, and why'
            cand injector 'Look at the webhooks that inject sidecars'
            cand kube-uninject 'Take the sidecar out of the workloads of YAML files'
            cand canary 'Release a new version step by step'
            cand install 'Install the mesh into the cluster, or change what is installed'
            cand manifest 'Work with the manifests of an installation'
            cand precheck 'Check whether the mesh can be installed or upgraded'
            cand profile 'Show the built-in profiles'
            cand completion 'Print the completion script of a shell'
            cand sample 'Try the sample applications that the course works with'
            cand sandbox 'Run a practice cluster on this computer'
            cand status 'Show what of the mesh runs in the cluster'
            cand tag 'Give revisions other names, which can be moved'
            cand uninstall 'Take the mesh away again'
            cand upgrade 'Upgrade the mesh, in place or beside the old one'
            cand verify-install 'Check that what is installed is all there, unchanged and ready'
            cand version 'Show versions of this program and of what runs in the cluster'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;kube-inject'= {
            cand -f 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)'
            cand --filename 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)'
            cand --pod-template-path 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`'
            cand -o 'File to write instead of standard output; it is replaced at the end, or not at all'
            cand --output 'File to write instead of standard output; it is replaced at the end, or not at all'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand --operatorFileName 'IstioOperator file (repeatable; later ones win)'
            cand --operator-file 'IstioOperator file (repeatable; later ones win)'
            cand --injectConfigFile 'Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template'
            cand --inject-config-file 'Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template'
            cand --meshConfigFile 'Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)'
            cand --mesh-config-file 'Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)'
            cand --valuesFile 'Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)'
            cand --values-file 'Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)'
            cand --injectConfigMapName 'ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]'
            cand --inject-config-map-name 'ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]'
            cand --meshConfigMapName 'ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]'
            cand --mesh-config-map-name 'ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand --color 'When to use colour: auto, always or never'
            cand -R 'Also read the folders below a folder'
            cand --recursive 'Also read the folders below a folder'
            cand -i 'Replace the files that were read, all or none'
            cand --in-place 'Replace the files that were read, all or none'
            cand --strict 'Fail if a workload is skipped'
            cand --normalize 'Write injected documents anew, with sorted keys and without comments'
            cand --from-cluster 'Take the configuration of the cluster''s istiod, of `--revision` or the default one'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;inject'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand enable 'Turn injection on for a namespace'
            cand disable 'Turn injection off for a namespace'
            cand status 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;inject;enable'= {
            cand -r 'Revision or tag of istiod [default: the default revision]'
            cand --revision 'Revision or tag of istiod [default: the default revision]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Label the namespace even if no istiod is installed that would act on it'
            cand --restart 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;inject;disable'= {
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --restart 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;inject;status'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;inject;help'= {
            cand enable 'Turn injection on for a namespace'
            cand disable 'Turn injection off for a namespace'
            cand status 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;inject;help;enable'= {
        }
        &'mesh;inject;help;disable'= {
        }
        &'mesh;inject;help;status'= {
        }
        &'mesh;inject;help;help'= {
        }
        &'mesh;check-inject'= {
            cand -f 'File, folder or URL with workloads, or `-` for standard input (repeatable)'
            cand --filename 'File, folder or URL with workloads, or `-` for standard input (repeatable)'
            cand -l 'Labels of a pod that need not be there'
            cand --labels 'Labels of a pod that need not be there'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;injector'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;injector;list'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;injector;help'= {
            cand list 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;injector;help;list'= {
        }
        &'mesh;injector;help;help'= {
        }
        &'mesh;kube-uninject'= {
            cand -f 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)'
            cand --filename 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)'
            cand --pod-template-path 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`'
            cand -o 'File to write instead of standard output; it is replaced at the end, or not at all'
            cand --output 'File to write instead of standard output; it is replaced at the end, or not at all'
            cand --color 'When to use colour: auto, always or never'
            cand -R 'Also read the folders below a folder'
            cand --recursive 'Also read the folders below a folder'
            cand -i 'Replace the files that were read, all or none'
            cand --in-place 'Replace the files that were read, all or none'
            cand --strict 'Fail if a workload is skipped'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help'
            cand --help 'Print help'
            cand init 'Write the rules that a release needs, for the versions that run'
            cand shift 'Change what share of a service''s requests each version gets'
            cand match 'Send the requests of a user, or others of a kind, to one version'
            cand status 'Show where releases stand: routes, shares, and the pods behind them'
            cand undo 'Take back what was last changed of a service''s routes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;canary;init'= {
            cand --stable 'The version that has the requests'
            cand --canary 'The version that is to be released'
            cand --label 'The label of the pods that tells versions apart'
            cand --route 'The route, by its name or by its place in its list, from `#0`'
            cand --object 'The object that holds the route'
            cand --dry-run 'Show what would be changed, and change nothing; `=server` has the cluster check it'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --all-routes 'Every route that leads to the service'
            cand --live 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
            cand --adopt 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary;shift'= {
            cand --to 'Send everything to this version'
            cand --route 'The route, by its name or by its place in its list, from `#0`'
            cand --object 'The object that holds the route'
            cand --port 'Only routes that get requests to this port'
            cand --sni 'Only TLS routes that get requests for this server name'
            cand -f 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)'
            cand --filename 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)'
            cand --dry-run 'Show what would be changed, and change nothing; `=server` has the cluster check it'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --normalize 'Scale weights that do not sum to 100'
            cand --all-routes 'Every route that leads to the service'
            cand --live 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
            cand --adopt 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary;match'= {
            cand --user 'Requests of this user: header `end-user`'
            cand --header 'Requests with this header, or with any value of it'
            cand --header-prefix 'Requests with a header that begins so'
            cand --header-regex 'Requests with a header like this pattern (RE2, the whole value)'
            cand --cookie 'Requests with this cookie'
            cand --query 'Requests with this parameter'
            cand --method 'Requests of this method'
            cand --uri 'Requests for this path, or for all that begin so'
            cand --source-label 'Requests of callers whose pods have this label'
            cand --to 'The version that gets these requests'
            cand --else 'The version that gets all others'
            cand --name 'What the rule is called, after `mesh-canary-`; made of the conditions otherwise'
            cand --route 'The route, by its name or by its place in its list, from `#0`'
            cand --object 'The object that holds the route'
            cand -f 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)'
            cand --filename 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)'
            cand --dry-run 'Show what would be changed, and change nothing; `=server` has the cluster check it'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --or 'Begin an alternative: conditions before and after it are each enough'
            cand --remove 'Take the rule away'
            cand --all-routes 'Every route that leads to the service'
            cand --live 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
            cand --adopt 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary;status'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -w 'Show it again whenever it changes, until interrupted'
            cand --watch 'Show it again whenever it changes, until interrupted'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary;undo'= {
            cand --to 'Go back to what held after this change; 0 is before the first on record'
            cand --dry-run 'Show what would be changed, and change nothing; `=server` has the cluster check it'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --list 'List the changes that can be taken back'
            cand --live 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;canary;help'= {
            cand init 'Write the rules that a release needs, for the versions that run'
            cand shift 'Change what share of a service''s requests each version gets'
            cand match 'Send the requests of a user, or others of a kind, to one version'
            cand status 'Show where releases stand: routes, shares, and the pods behind them'
            cand undo 'Take back what was last changed of a service''s routes'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;canary;help;init'= {
        }
        &'mesh;canary;help;shift'= {
        }
        &'mesh;canary;help;match'= {
        }
        &'mesh;canary;help;status'= {
        }
        &'mesh;canary;help;undo'= {
        }
        &'mesh;canary;help;help'= {
        }
        &'mesh;install'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand --timeout 'Give up waiting after this time'
            cand --adopt 'Take over what Helm installed, and delete its records of it'
            cand -w 'Wait until everything is ready'
            cand --wait 'Wait until everything is ready'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --force-conflicts 'Take over fields that other field managers own, instead of ending with a conflict'
            cand --reuse-values 'Build on the settings of the last installation; what is given now lies on top of them'
            cand --prune 'Delete what earlier applies brought and this one does not have'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help'
            cand --help 'Print help'
            cand apply 'Install the mesh into the cluster, or change what is installed'
            cand delete 'Take the mesh away again'
            cand diff 'Compare two manifests, or one with the cluster'
            cand generate 'Print the YAML of an installation'
            cand images 'List every image that an installation pulls'
            cand translate 'Translate an installation to values for Istio''s Helm charts'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;manifest;apply'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand --timeout 'Give up waiting after this time'
            cand --adopt 'Take over what Helm installed, and delete its records of it'
            cand -w 'Wait until everything is ready'
            cand --wait 'Wait until everything is ready'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --force-conflicts 'Take over fields that other field managers own, instead of ending with a conflict'
            cand --reuse-values 'Build on the settings of the last installation; what is given now lies on top of them'
            cand --prune 'Delete what earlier applies brought and this one does not have'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;delete'= {
            cand --timeout 'Give up waiting after this time'
            cand -o 'How to show the plan of a dry run'
            cand --output 'How to show the plan of a dry run'
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --purge 'Take away every revision, and the definitions (CRDs) with all resources of their kinds'
            cand --force 'Go on while proxies still need what goes, or where a path of the configuration is unknown'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;diff'= {
            cand --ignore-rules 'Print settings that have argocd, flux or flux-helm ignore what the control plane writes'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --live 'Compare the cluster with what an apply would make of it'
            cand --prune 'Count what was applied before and is not in the configuration any more as deleted'
            cand --reuse-values 'Build on the settings of the last installation, as `mesh install --reuse-values` does'
            cand --force-conflicts 'Take fields that other field managers own as taken over, and name no conflicts'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;generate'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand --component 'Only what belongs to this component, such as `pilot` or `ingressGateways` (repeatable)'
            cand -o 'File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component'
            cand --output 'File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand --cluster-specific 'Ask the cluster of the kubeconfig for its version and what it serves, and render for it'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;images'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;translate'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -o 'Folder to write into, made where it is missing, instead of standard output'
            cand --output 'Folder to write into, made where it is missing, instead of standard output'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;manifest;help'= {
            cand apply 'Install the mesh into the cluster, or change what is installed'
            cand delete 'Take the mesh away again'
            cand diff 'Compare two manifests, or one with the cluster'
            cand generate 'Print the YAML of an installation'
            cand images 'List every image that an installation pulls'
            cand translate 'Translate an installation to values for Istio''s Helm charts'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;manifest;help;apply'= {
        }
        &'mesh;manifest;help;delete'= {
        }
        &'mesh;manifest;help;diff'= {
        }
        &'mesh;manifest;help;generate'= {
        }
        &'mesh;manifest;help;images'= {
        }
        &'mesh;manifest;help;translate'= {
        }
        &'mesh;manifest;help;help'= {
        }
        &'mesh;precheck'= {
            cand -f 'Look for defaults that changed since this version of Istio [default: the one that is installed]'
            cand --from-version 'Look for defaults that changed since this version of Istio [default: the one that is installed]'
            cand --output-threshold 'Show what is at least as bad as this'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --reuse-values 'Build on the settings of the last installation, as `mesh upgrade` does; what is given lies on top'
            cand --skip-controlplane 'Leave out the checks of the control plane: look at changed defaults only'
            cand --skip-control-plane 'Leave out the checks of the control plane: look at changed defaults only'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;profile'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand diff 'Compare two profiles, or IstioOperator files, in full'
            cand dump 'Print a profile in full, as an IstioOperator'
            cand list 'List the built-in profiles, what each is for and what it turns on'
            cand ls 'List the built-in profiles, what each is for and what it turns on'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;profile;diff'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;profile;dump'= {
            cand -p 'Only what stands at this path of the spec'
            cand --config-path 'Only what stands at this path of the spec'
            cand -o 'How to write it'
            cand --output 'How to write it'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;profile;list'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;profile;ls'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;profile;help'= {
            cand diff 'Compare two profiles, or IstioOperator files, in full'
            cand dump 'Print a profile in full, as an IstioOperator'
            cand list 'List the built-in profiles, what each is for and what it turns on'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;profile;help;diff'= {
        }
        &'mesh;profile;help;dump'= {
        }
        &'mesh;profile;help;list'= {
        }
        &'mesh;profile;help;help'= {
        }
        &'mesh;completion'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand apply 'Apply a sample to the cluster'
            cand delete 'Delete a sample from the cluster'
            cand list 'List the samples, their parts and what each is for'
            cand ls 'List the samples, their parts and what each is for'
            cand show 'Print the YAML of a sample'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;sample;apply'= {
            cand --part 'Apply only these parts (repeat the flag, or separate by commas)'
            cand --timeout 'Give up waiting after this time'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --force-conflicts 'Take over fields that other field managers own, instead of ending with a conflict'
            cand -w 'Wait until the pods are ready'
            cand --wait 'Wait until the pods are ready'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample;delete'= {
            cand --part 'Delete only the objects of these parts (repeat the flag, or separate by commas)'
            cand --timeout 'Give up waiting after this time'
            cand -n 'Namespace to work in, and of objects without one'
            cand --namespace 'Namespace to work in, and of objects without one'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample;list'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample;ls'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample;show'= {
            cand --part 'Print only these parts, in this order (repeat the flag, or separate by commas)'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sample;help'= {
            cand apply 'Apply a sample to the cluster'
            cand delete 'Delete a sample from the cluster'
            cand list 'List the samples, their parts and what each is for'
            cand show 'Print the YAML of a sample'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;sample;help;apply'= {
        }
        &'mesh;sample;help;delete'= {
        }
        &'mesh;sample;help;list'= {
        }
        &'mesh;sample;help;show'= {
        }
        &'mesh;sample;help;help'= {
        }
        &'mesh;sandbox'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand up 'Start the practice cluster'
            cand down 'Stop the practice cluster'
            cand status 'Show whether the practice cluster runs, and where'
            cand reset 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;sandbox;up'= {
            cand --port 'Port on 127.0.0.1; 0 for any that is free [default: the last one, if it is free]'
            cand --state-dir 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]'
            cand --color 'When to use colour: auto, always or never'
            cand --foreground 'Stay here, until Ctrl-C, instead of running in the background'
            cand --memory 'Keep objects in memory only: the next start is empty, or has what was kept before'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sandbox;down'= {
            cand --state-dir 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sandbox;status'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --state-dir 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sandbox;reset'= {
            cand --state-dir 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;sandbox;help'= {
            cand up 'Start the practice cluster'
            cand down 'Stop the practice cluster'
            cand status 'Show whether the practice cluster runs, and where'
            cand reset 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;sandbox;help;up'= {
        }
        &'mesh;sandbox;help;down'= {
        }
        &'mesh;sandbox;help;status'= {
        }
        &'mesh;sandbox;help;reset'= {
        }
        &'mesh;sandbox;help;help'= {
        }
        &'mesh;status'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag'= {
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand generate 'Print the objects of a tag, as YAML'
            cand list 'List the tags, the revision of each, and the namespaces that ask for it'
            cand ls 'List the tags, the revision of each, and the namespaces that ask for it'
            cand remove 'Remove a tag: its webhooks and its Service, together'
            cand set 'Make a tag, or move one to another revision'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;tag;generate'= {
            cand -r 'Revision that it leads to'
            cand --revision 'Revision that it leads to'
            cand --webhook-name 'Name of the webhook configuration [default: istio-revision-tag-TAG]'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --overwrite 'Move a tag that exists, or make one of a name that a revision has too'
            cand --auto-inject-namespaces 'Inject pods of all namespaces that do not say otherwise'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag;list'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag;ls'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag;remove'= {
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag;set'= {
            cand -r 'Revision that it leads to'
            cand --revision 'Revision that it leads to'
            cand --webhook-name 'Name of the webhook configuration [default: istio-revision-tag-TAG]'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand --overwrite 'Move a tag that exists, or make one of a name that a revision has too'
            cand --auto-inject-namespaces 'Inject pods of all namespaces that do not say otherwise'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;tag;help'= {
            cand generate 'Print the objects of a tag, as YAML'
            cand list 'List the tags, the revision of each, and the namespaces that ask for it'
            cand remove 'Remove a tag: its webhooks and its Service, together'
            cand set 'Make a tag, or move one to another revision'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;tag;help;generate'= {
        }
        &'mesh;tag;help;list'= {
        }
        &'mesh;tag;help;remove'= {
        }
        &'mesh;tag;help;set'= {
        }
        &'mesh;tag;help;help'= {
        }
        &'mesh;uninstall'= {
            cand --timeout 'Give up waiting after this time'
            cand -o 'How to show the plan of a dry run'
            cand --output 'How to show the plan of a dry run'
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --purge 'Take away every revision, and the definitions (CRDs) with all resources of their kinds'
            cand --force 'Go on while proxies still need what goes, or where a path of the configuration is unknown'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;upgrade'= {
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand --timeout 'Give up waiting after this time'
            cand --adopt 'Take over what Helm installed, and delete its records of it'
            cand -w 'Wait until everything is ready'
            cand --wait 'Wait until everything is ready'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --from 'Revision whose settings to build on, where there are several'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand --color 'When to use colour: auto, always or never'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand --dry-run 'Have the server check everything, and store nothing'
            cand -y 'Do not ask'
            cand --yes 'Do not ask'
            cand --force-conflicts 'Take over fields that other field managers own, instead of ending with a conflict'
            cand --reset-values 'Start from the profile, and not from the settings of the last installation'
            cand --no-prune 'Leave what the new version no longer has'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;verify-install'= {
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -f 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --filename 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)'
            cand --profile 'Built-in profile to start from, one of `mesh profile list`'
            cand -s 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --set 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)'
            cand --hub 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone'
            cand --tag 'Version of Istio''s images'
            cand -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand --manifests 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio'
            cand -r 'Revision of the control plane'
            cand --revision 'Revision of the control plane'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand --all 'Show every object, and not only those that something is wrong with; so does --verbose'
            cand --force 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;version'= {
            cand --remote 'Ask the cluster for its versions too; a flag that says which cluster implies it'
            cand -o 'How to show the result'
            cand --output 'How to show the result'
            cand -i 'Namespace of the control plane [default: istio-system]'
            cand --istio-namespace 'Namespace of the control plane [default: istio-system]'
            cand -c 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --kubeconfig 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`'
            cand --context 'Context of the kubeconfig, instead of its current one'
            cand --as 'User to impersonate'
            cand --as-group 'Group to impersonate, repeatable'
            cand --as-uid 'UID to impersonate'
            cand --request-timeout 'Give up on one request after this time, for example 5s or 1m [default: 15s]'
            cand --color 'When to use colour: auto, always or never'
            cand -s 'Print bare versions, without revisions and counts'
            cand --short 'Print bare versions, without revisions and counts'
            cand -q 'Print results, warnings and errors only'
            cand --quiet 'Print results, warnings and errors only'
            cand -v 'Say more about what is being done'
            cand --verbose 'Say more about what is being done'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'mesh;help'= {
            cand kube-inject 'Add the sidecar to the workloads of YAML files'
            cand inject 'Turn injection by namespace on and off, see what is injected'
            cand check-inject 'Say whether a pod is injected, and why'
            cand injector 'Look at the webhooks that inject sidecars'
            cand kube-uninject 'Take the sidecar out of the workloads of YAML files'
            cand canary 'Release a new version step by step'
            cand install 'Install the mesh into the cluster, or change what is installed'
            cand manifest 'Work with the manifests of an installation'
            cand precheck 'Check whether the mesh can be installed or upgraded'
            cand profile 'Show the built-in profiles'
            cand completion 'Print the completion script of a shell'
            cand sample 'Try the sample applications that the course works with'
            cand sandbox 'Run a practice cluster on this computer'
            cand status 'Show what of the mesh runs in the cluster'
            cand tag 'Give revisions other names, which can be moved'
            cand uninstall 'Take the mesh away again'
            cand upgrade 'Upgrade the mesh, in place or beside the old one'
            cand verify-install 'Check that what is installed is all there, unchanged and ready'
            cand version 'Show versions of this program and of what runs in the cluster'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'mesh;help;kube-inject'= {
        }
        &'mesh;help;inject'= {
            cand enable 'Turn injection on for a namespace'
            cand disable 'Turn injection off for a namespace'
            cand status 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
        }
        &'mesh;help;inject;enable'= {
        }
        &'mesh;help;inject;disable'= {
        }
        &'mesh;help;inject;status'= {
        }
        &'mesh;help;check-inject'= {
        }
        &'mesh;help;injector'= {
            cand list 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
        }
        &'mesh;help;injector;list'= {
        }
        &'mesh;help;kube-uninject'= {
        }
        &'mesh;help;canary'= {
            cand init 'Write the rules that a release needs, for the versions that run'
            cand shift 'Change what share of a service''s requests each version gets'
            cand match 'Send the requests of a user, or others of a kind, to one version'
            cand status 'Show where releases stand: routes, shares, and the pods behind them'
            cand undo 'Take back what was last changed of a service''s routes'
        }
        &'mesh;help;canary;init'= {
        }
        &'mesh;help;canary;shift'= {
        }
        &'mesh;help;canary;match'= {
        }
        &'mesh;help;canary;status'= {
        }
        &'mesh;help;canary;undo'= {
        }
        &'mesh;help;install'= {
        }
        &'mesh;help;manifest'= {
            cand apply 'Install the mesh into the cluster, or change what is installed'
            cand delete 'Take the mesh away again'
            cand diff 'Compare two manifests, or one with the cluster'
            cand generate 'Print the YAML of an installation'
            cand images 'List every image that an installation pulls'
            cand translate 'Translate an installation to values for Istio''s Helm charts'
        }
        &'mesh;help;manifest;apply'= {
        }
        &'mesh;help;manifest;delete'= {
        }
        &'mesh;help;manifest;diff'= {
        }
        &'mesh;help;manifest;generate'= {
        }
        &'mesh;help;manifest;images'= {
        }
        &'mesh;help;manifest;translate'= {
        }
        &'mesh;help;precheck'= {
        }
        &'mesh;help;profile'= {
            cand diff 'Compare two profiles, or IstioOperator files, in full'
            cand dump 'Print a profile in full, as an IstioOperator'
            cand list 'List the built-in profiles, what each is for and what it turns on'
        }
        &'mesh;help;profile;diff'= {
        }
        &'mesh;help;profile;dump'= {
        }
        &'mesh;help;profile;list'= {
        }
        &'mesh;help;completion'= {
        }
        &'mesh;help;sample'= {
            cand apply 'Apply a sample to the cluster'
            cand delete 'Delete a sample from the cluster'
            cand list 'List the samples, their parts and what each is for'
            cand show 'Print the YAML of a sample'
        }
        &'mesh;help;sample;apply'= {
        }
        &'mesh;help;sample;delete'= {
        }
        &'mesh;help;sample;list'= {
        }
        &'mesh;help;sample;show'= {
        }
        &'mesh;help;sandbox'= {
            cand up 'Start the practice cluster'
            cand down 'Stop the practice cluster'
            cand status 'Show whether the practice cluster runs, and where'
            cand reset 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
        }
        &'mesh;help;sandbox;up'= {
        }
        &'mesh;help;sandbox;down'= {
        }
        &'mesh;help;sandbox;status'= {
        }
        &'mesh;help;sandbox;reset'= {
        }
        &'mesh;help;status'= {
        }
        &'mesh;help;tag'= {
            cand generate 'Print the objects of a tag, as YAML'
            cand list 'List the tags, the revision of each, and the namespaces that ask for it'
            cand remove 'Remove a tag: its webhooks and its Service, together'
            cand set 'Make a tag, or move one to another revision'
        }
        &'mesh;help;tag;generate'= {
        }
        &'mesh;help;tag;list'= {
        }
        &'mesh;help;tag;remove'= {
        }
        &'mesh;help;tag;set'= {
        }
        &'mesh;help;uninstall'= {
        }
        &'mesh;help;upgrade'= {
        }
        &'mesh;help;verify-install'= {
        }
        &'mesh;help;version'= {
        }
        &'mesh;help;help'= {
        }
    ]
    $completions[$command]
}
