# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_mesh_global_optspecs
    string join \n q/quiet v/verbose color= h/help
end

function __fish_mesh_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_mesh_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_mesh_using_subcommand
    set -l cmd (__fish_mesh_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c mesh -n "__fish_mesh_needs_command" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_needs_command" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_needs_command" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_needs_command" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "kube-inject" -d 'Add the sidecar to the workloads of YAML files'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "inject" -d 'Turn injection by namespace on and off, see what is injected'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "check-inject" -d 'Say whether a pod is injected, and why'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "injector" -d 'Look at the webhooks that inject sidecars'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "kube-uninject" -d 'Take the sidecar out of the workloads of YAML files'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "canary" -d 'Release a new version step by step'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "install" -d 'Install the mesh into the cluster, or change what is installed'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "manifest" -d 'Work with the manifests of an installation'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "precheck" -d 'Check whether the mesh can be installed or upgraded'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "profile" -d 'Show the built-in profiles'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "completion" -d 'Print the completion script of a shell'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "sample" -d 'Try the sample applications that the course works with'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "sandbox" -d 'Run a practice cluster on this computer'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "status" -d 'Show what of the mesh runs in the cluster'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "tag" -d 'Give revisions other names, which can be moved'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "uninstall" -d 'Take the mesh away again'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "upgrade" -d 'Upgrade the mesh, in place or beside the old one'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "verify-install" -d 'Check that what is installed is all there, unchanged and ready'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "version" -d 'Show versions of this program and of what runs in the cluster'
complete -c mesh -n "__fish_mesh_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s f -l filename -d 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l pod-template-path -d 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s o -l output -d 'File to write instead of standard output; it is replaced at the end, or not at all' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l operatorFileName -l operator-file -d 'IstioOperator file (repeatable; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l injectConfigFile -l inject-config-file -d 'Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l meshConfigFile -l mesh-config-file -d 'Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l valuesFile -l values-file -d 'Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l injectConfigMapName -l inject-config-map-name -d 'ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l meshConfigMapName -l mesh-config-map-name -d 'ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s R -l recursive -d 'Also read the folders below a folder'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s i -l in-place -d 'Replace the files that were read, all or none'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l strict -d 'Fail if a workload is skipped'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l normalize -d 'Write injected documents anew, with sorted keys and without comments'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -l from-cluster -d 'Take the configuration of the cluster\'s istiod, of `--revision` or the default one'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand kube-inject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -f -a "enable" -d 'Turn injection on for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -f -a "disable" -d 'Turn injection off for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -f -a "status" -d 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and not __fish_seen_subcommand_from enable disable status help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -s r -l revision -d 'Revision or tag of istiod [default: the default revision]' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l force -d 'Label the namespace even if no istiod is installed that would act on it'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -l restart -d 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -l restart -d 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "enable" -d 'Turn injection on for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "disable" -d 'Turn injection off for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
complete -c mesh -n "__fish_mesh_using_subcommand inject; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s f -l filename -d 'File, folder or URL with workloads, or `-` for standard input (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s l -l labels -d 'Labels of a pod that need not be there' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand check-inject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -f -a "list" -d 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and not __fish_seen_subcommand_from list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
complete -c mesh -n "__fish_mesh_using_subcommand injector; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s f -l filename -d 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l pod-template-path -d 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`' -r
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s o -l output -d 'File to write instead of standard output; it is replaced at the end, or not at all' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s R -l recursive -d 'Also read the folders below a folder'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s i -l in-place -d 'Replace the files that were read, all or none'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -l strict -d 'Fail if a workload is skipped'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand kube-uninject" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "init" -d 'Write the rules that a release needs, for the versions that run'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "shift" -d 'Change what share of a service\'s requests each version gets'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "match" -d 'Send the requests of a user, or others of a kind, to one version'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "status" -d 'Show where releases stand: routes, shares, and the pods behind them'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "undo" -d 'Take back what was last changed of a service\'s routes'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and not __fish_seen_subcommand_from init shift match status undo help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l stable -d 'The version that has the requests' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l canary -d 'The version that is to be released' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l label -d 'The label of the pods that tells versions apart' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l route -d 'The route, by its name or by its place in its list, from `#0`' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l object -d 'The object that holds the route' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l dry-run -d 'Show what would be changed, and change nothing; `=server` has the cluster check it' -r -f -a "client\t'Nothing is sent'
server\t'The server checks what is sent, and stores nothing'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l all-routes -d 'Every route that leads to the service'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l live -d 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -l adopt -d 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l to -d 'Send everything to this version' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l route -d 'The route, by its name or by its place in its list, from `#0`' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l object -d 'The object that holds the route' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l port -d 'Only routes that get requests to this port' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l sni -d 'Only TLS routes that get requests for this server name' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s f -l filename -d 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l dry-run -d 'Show what would be changed, and change nothing; `=server` has the cluster check it' -r -f -a "client\t'Nothing is sent'
server\t'The server checks what is sent, and stores nothing'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l normalize -d 'Scale weights that do not sum to 100'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l all-routes -d 'Every route that leads to the service'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l live -d 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -l adopt -d 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from shift" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l user -d 'Requests of this user: header `end-user`' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l header -d 'Requests with this header, or with any value of it' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l header-prefix -d 'Requests with a header that begins so' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l header-regex -d 'Requests with a header like this pattern (RE2, the whole value)' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l cookie -d 'Requests with this cookie' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l query -d 'Requests with this parameter' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l method -d 'Requests of this method' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l uri -d 'Requests for this path, or for all that begin so' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l source-label -d 'Requests of callers whose pods have this label' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l to -d 'The version that gets these requests' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l else -d 'The version that gets all others' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l name -d 'What the rule is called, after `mesh-canary-`; made of the conditions otherwise' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l route -d 'The route, by its name or by its place in its list, from `#0`' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l object -d 'The object that holds the route' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s f -l filename -d 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l dry-run -d 'Show what would be changed, and change nothing; `=server` has the cluster check it' -r -f -a "client\t'Nothing is sent'
server\t'The server checks what is sent, and stores nothing'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l or -d 'Begin an alternative: conditions before and after it are each enough'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l remove -d 'Take the rule away'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l all-routes -d 'Every route that leads to the service'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l live -d 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -l adopt -d 'Take the object as it is now, though somebody else edited it since the last `mesh canary`'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from match" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s w -l watch -d 'Show it again whenever it changes, until interrupted'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l to -d 'Go back to what held after this change; 0 is before the first on record' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l dry-run -d 'Show what would be changed, and change nothing; `=server` has the cluster check it' -r -f -a "client\t'Nothing is sent'
server\t'The server checks what is sent, and stores nothing'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l list -d 'List the changes that can be taken back'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -l live -d 'Change the cluster also where Argo CD, Flux or Helm deploy the object'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write the rules that a release needs, for the versions that run'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "shift" -d 'Change what share of a service\'s requests each version gets'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "match" -d 'Send the requests of a user, or others of a kind, to one version'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show where releases stand: routes, shares, and the pods behind them'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Take back what was last changed of a service\'s routes'
complete -c mesh -n "__fish_mesh_using_subcommand canary; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l adopt -d 'Take over what Helm installed, and delete its records of it' -r -f -a "helm\t''"
complete -c mesh -n "__fish_mesh_using_subcommand install" -s w -l wait -d 'Wait until everything is ready' -r -f -a "true\t''
false\t''"
complete -c mesh -n "__fish_mesh_using_subcommand install" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand install" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand install" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand install" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand install" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l force-conflicts -d 'Take over fields that other field managers own, instead of ending with a conflict'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l reuse-values -d 'Build on the settings of the last installation; what is given now lies on top of them'
complete -c mesh -n "__fish_mesh_using_subcommand install" -l prune -d 'Delete what earlier applies brought and this one does not have'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -s h -l help -d 'Print help'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "apply" -d 'Install the mesh into the cluster, or change what is installed'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "delete" -d 'Take the mesh away again'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "diff" -d 'Compare two manifests, or one with the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "generate" -d 'Print the YAML of an installation'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "images" -d 'List every image that an installation pulls'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "translate" -d 'Translate an installation to values for Istio\'s Helm charts'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and not __fish_seen_subcommand_from apply delete diff generate images translate help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l adopt -d 'Take over what Helm installed, and delete its records of it' -r -f -a "helm\t''"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s w -l wait -d 'Wait until everything is ready' -r -f -a "true\t''
false\t''"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l force-conflicts -d 'Take over fields that other field managers own, instead of ending with a conflict'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l reuse-values -d 'Build on the settings of the last installation; what is given now lies on top of them'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -l prune -d 'Delete what earlier applies brought and this one does not have'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s o -l output -d 'How to show the plan of a dry run' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l purge -d 'Take away every revision, and the definitions (CRDs) with all resources of their kinds'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l force -d 'Go on while proxies still need what goes, or where a path of the configuration is unknown'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l ignore-rules -d 'Print settings that have argocd, flux or flux-helm ignore what the control plane writes' -r -f -a "argocd\t''
flux\t''
flux-helm\t''"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l live -d 'Compare the cluster with what an apply would make of it'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l prune -d 'Count what was applied before and is not in the configuration any more as deleted'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l reuse-values -d 'Build on the settings of the last installation, as `mesh install --reuse-values` does'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l force-conflicts -d 'Take fields that other field managers own as taken over, and name no conflicts'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l component -d 'Only what belongs to this component, such as `pilot` or `ingressGateways` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s o -l output -d 'File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -l cluster-specific -d 'Ask the cluster of the kubeconfig for its version and what it serves, and render for it'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from images" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s o -l output -d 'Folder to write into, made where it is missing, instead of standard output' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from translate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Install the mesh into the cluster, or change what is installed'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Take the mesh away again'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Compare two manifests, or one with the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print the YAML of an installation'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "images" -d 'List every image that an installation pulls'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "translate" -d 'Translate an installation to values for Istio\'s Helm charts'
complete -c mesh -n "__fish_mesh_using_subcommand manifest; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s f -l from-version -d 'Look for defaults that changed since this version of Istio [default: the one that is installed]' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l output-threshold -d 'Show what is at least as bad as this' -r -f -a "info\t''
warning\t''
error\t''"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l reuse-values -d 'Build on the settings of the last installation, as `mesh upgrade` does; what is given lies on top'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -l skip-controlplane -l skip-control-plane -d 'Leave out the checks of the control plane: look at changed defaults only'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand precheck" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -f -a "diff" -d 'Compare two profiles, or IstioOperator files, in full'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -f -a "dump" -d 'Print a profile in full, as an IstioOperator'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -f -a "list" -d 'List the built-in profiles, what each is for and what it turns on'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -f -a "ls" -d 'List the built-in profiles, what each is for and what it turns on'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and not __fish_seen_subcommand_from diff dump list ls help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s p -l config-path -d 'Only what stands at this path of the spec' -r
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s o -l output -d 'How to write it' -r -f -a "yaml\t''
json\t''
flags\t''"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from dump" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from ls" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "diff" -d 'Compare two profiles, or IstioOperator files, in full'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "dump" -d 'Print a profile in full, as an IstioOperator'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the built-in profiles, what each is for and what it turns on'
complete -c mesh -n "__fish_mesh_using_subcommand profile; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "apply" -d 'Apply a sample to the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "delete" -d 'Delete a sample from the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "list" -d 'List the samples, their parts and what each is for'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "ls" -d 'List the samples, their parts and what each is for'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "show" -d 'Print the YAML of a sample'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and not __fish_seen_subcommand_from apply delete list ls show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l part -d 'Apply only these parts (repeat the flag, or separate by commas)' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l force-conflicts -d 'Take over fields that other field managers own, instead of ending with a conflict'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s w -l wait -d 'Wait until the pods are ready'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l part -d 'Delete only the objects of these parts (repeat the flag, or separate by commas)' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Namespace to work in, and of objects without one' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from list" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from ls" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from show" -l part -d 'Print only these parts, in this order (repeat the flag, or separate by commas)' -r
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from show" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from help" -f -a "apply" -d 'Apply a sample to the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from help" -f -a "delete" -d 'Delete a sample from the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the samples, their parts and what each is for'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print the YAML of a sample'
complete -c mesh -n "__fish_mesh_using_subcommand sample; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -f -a "up" -d 'Start the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -f -a "down" -d 'Stop the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -f -a "status" -d 'Show whether the practice cluster runs, and where'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -f -a "reset" -d 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and not __fish_seen_subcommand_from up down status reset help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -l port -d 'Port on 127.0.0.1; 0 for any that is free [default: the last one, if it is free]' -r
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -l state-dir -d 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -l foreground -d 'Stay here, until Ctrl-C, instead of running in the background'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -l memory -d 'Keep objects in memory only: the next start is empty, or has what was kept before'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from down" -l state-dir -d 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from down" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from down" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from down" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l state-dir -d 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l state-dir -d 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "up" -d 'Start the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "down" -d 'Stop the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "status" -d 'Show whether the practice cluster runs, and where'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
complete -c mesh -n "__fish_mesh_using_subcommand sandbox; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand status" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand status" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand status" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand status" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "generate" -d 'Print the objects of a tag, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "list" -d 'List the tags, the revision of each, and the namespaces that ask for it'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "ls" -d 'List the tags, the revision of each, and the namespaces that ask for it'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "remove" -d 'Remove a tag: its webhooks and its Service, together'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "set" -d 'Make a tag, or move one to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and not __fish_seen_subcommand_from generate list ls remove set help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s r -l revision -d 'Revision that it leads to' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l webhook-name -d 'Name of the webhook configuration [default: istio-revision-tag-TAG]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l overwrite -d 'Move a tag that exists, or make one of a name that a revision has too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -l auto-inject-namespaces -d 'Inject pods of all namespaces that do not say otherwise'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s r -l revision -d 'Revision that it leads to' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l webhook-name -d 'Name of the webhook configuration [default: istio-revision-tag-TAG]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l overwrite -d 'Move a tag that exists, or make one of a name that a revision has too'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -l auto-inject-namespaces -d 'Inject pods of all namespaces that do not say otherwise'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "generate" -d 'Print the objects of a tag, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the tags, the revision of each, and the namespaces that ask for it'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "remove" -d 'Remove a tag: its webhooks and its Service, together'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "set" -d 'Make a tag, or move one to another revision'
complete -c mesh -n "__fish_mesh_using_subcommand tag; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s o -l output -d 'How to show the plan of a dry run' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l purge -d 'Take away every revision, and the definitions (CRDs) with all resources of their kinds'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l force -d 'Go on while proxies still need what goes, or where a path of the configuration is unknown'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand uninstall" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l timeout -d 'Give up waiting after this time' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l adopt -d 'Take over what Helm installed, and delete its records of it' -r -f -a "helm\t''"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s w -l wait -d 'Wait until everything is ready' -r -f -a "true\t''
false\t''"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l from -d 'Revision whose settings to build on, where there are several' -r
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l dry-run -d 'Have the server check everything, and store nothing'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s y -l yes -d 'Do not ask'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l force-conflicts -d 'Take over fields that other field managers own, instead of ending with a conflict'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l reset-values -d 'Start from the profile, and not from the settings of the last installation'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -l no-prune -d 'Leave what the new version no longer has'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand upgrade" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s f -l filename -d 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l profile -d 'Built-in profile to start from, one of `mesh profile list`' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s s -l set -d 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l hub -d 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio\'s own alone' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l tag -d 'Version of Istio\'s images' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s d -l manifests -d 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s r -l revision -d 'Revision of the control plane' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l all -d 'Show every object, and not only those that something is wrong with; so does --verbose'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -l force -d 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand verify-install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand version" -l remote -d 'Ask the cluster for its versions too; a flag that says which cluster implies it' -r -f -a "true\t''
false\t''"
complete -c mesh -n "__fish_mesh_using_subcommand version" -s o -l output -d 'How to show the result' -r -f -a "table\t'Columns for people'
json\t'One JSON document'
yaml\t'One YAML document'"
complete -c mesh -n "__fish_mesh_using_subcommand version" -s i -l istio-namespace -d 'Namespace of the control plane [default: istio-system]' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -s c -l kubeconfig -d 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`' -r -F
complete -c mesh -n "__fish_mesh_using_subcommand version" -l context -d 'Context of the kubeconfig, instead of its current one' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l as -d 'User to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l as-group -d 'Group to impersonate, repeatable' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l as-uid -d 'UID to impersonate' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l request-timeout -d 'Give up on one request after this time, for example 5s or 1m [default: 15s]' -r
complete -c mesh -n "__fish_mesh_using_subcommand version" -l color -d 'When to use colour: auto, always or never' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c mesh -n "__fish_mesh_using_subcommand version" -s s -l short -d 'Print bare versions, without revisions and counts'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s q -l quiet -d 'Print results, warnings and errors only'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s v -l verbose -d 'Say more about what is being done'
complete -c mesh -n "__fish_mesh_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "kube-inject" -d 'Add the sidecar to the workloads of YAML files'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "inject" -d 'Turn injection by namespace on and off, see what is injected'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "check-inject" -d 'Say whether a pod is injected, and why'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "injector" -d 'Look at the webhooks that inject sidecars'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "kube-uninject" -d 'Take the sidecar out of the workloads of YAML files'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "canary" -d 'Release a new version step by step'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "install" -d 'Install the mesh into the cluster, or change what is installed'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "manifest" -d 'Work with the manifests of an installation'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "precheck" -d 'Check whether the mesh can be installed or upgraded'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "profile" -d 'Show the built-in profiles'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "completion" -d 'Print the completion script of a shell'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "sample" -d 'Try the sample applications that the course works with'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "sandbox" -d 'Run a practice cluster on this computer'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "status" -d 'Show what of the mesh runs in the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "tag" -d 'Give revisions other names, which can be moved'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "uninstall" -d 'Take the mesh away again'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "upgrade" -d 'Upgrade the mesh, in place or beside the old one'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "verify-install" -d 'Check that what is installed is all there, unchanged and ready'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "version" -d 'Show versions of this program and of what runs in the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and not __fish_seen_subcommand_from kube-inject inject check-inject injector kube-uninject canary install manifest precheck profile completion sample sandbox status tag uninstall upgrade verify-install version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "enable" -d 'Turn injection on for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "disable" -d 'Turn injection off for a namespace'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from inject" -f -a "status" -d 'Show which namespaces are injected, by which webhook, and which pods are not as they should be'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from injector" -f -a "list" -d 'List the webhooks that inject sidecars, and the namespaces whose pods they inject'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from canary" -f -a "init" -d 'Write the rules that a release needs, for the versions that run'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from canary" -f -a "shift" -d 'Change what share of a service\'s requests each version gets'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from canary" -f -a "match" -d 'Send the requests of a user, or others of a kind, to one version'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from canary" -f -a "status" -d 'Show where releases stand: routes, shares, and the pods behind them'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from canary" -f -a "undo" -d 'Take back what was last changed of a service\'s routes'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "apply" -d 'Install the mesh into the cluster, or change what is installed'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "delete" -d 'Take the mesh away again'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "diff" -d 'Compare two manifests, or one with the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "generate" -d 'Print the YAML of an installation'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "images" -d 'List every image that an installation pulls'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from manifest" -f -a "translate" -d 'Translate an installation to values for Istio\'s Helm charts'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "diff" -d 'Compare two profiles, or IstioOperator files, in full'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "dump" -d 'Print a profile in full, as an IstioOperator'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from profile" -f -a "list" -d 'List the built-in profiles, what each is for and what it turns on'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sample" -f -a "apply" -d 'Apply a sample to the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sample" -f -a "delete" -d 'Delete a sample from the cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sample" -f -a "list" -d 'List the samples, their parts and what each is for'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sample" -f -a "show" -d 'Print the YAML of a sample'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "up" -d 'Start the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "down" -d 'Stop the practice cluster'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "status" -d 'Show whether the practice cluster runs, and where'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from sandbox" -f -a "reset" -d 'Delete all objects of the practice cluster, its certificate and its kubeconfig'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "generate" -d 'Print the objects of a tag, as YAML'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "list" -d 'List the tags, the revision of each, and the namespaces that ask for it'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "remove" -d 'Remove a tag: its webhooks and its Service, together'
complete -c mesh -n "__fish_mesh_using_subcommand help; and __fish_seen_subcommand_from tag" -f -a "set" -d 'Make a tag, or move one to another revision'
