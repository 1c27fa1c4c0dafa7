
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'mesh' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'mesh'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'mesh' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('kube-inject', 'kube-inject', [CompletionResultType]::ParameterValue, 'Add the sidecar to the workloads of YAML files')
            [CompletionResult]::new('inject', 'inject', [CompletionResultType]::ParameterValue, 'Turn injection by namespace on and off, see what is injected')
            [CompletionResult]::new('check-inject', 'check-inject', [CompletionResultType]::ParameterValue, 'Say whether a pod is injected, and why')
            [CompletionResult]::new('injector', 'injector', [CompletionResultType]::ParameterValue, 'Look at the webhooks that inject sidecars')
            [CompletionResult]::new('kube-uninject', 'kube-uninject', [CompletionResultType]::ParameterValue, 'Take the sidecar out of the workloads of YAML files')
            [CompletionResult]::new('canary', 'canary', [CompletionResultType]::ParameterValue, 'Release a new version step by step')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the mesh into the cluster, or change what is installed')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Work with the manifests of an installation')
            [CompletionResult]::new('precheck', 'precheck', [CompletionResultType]::ParameterValue, 'Check whether the mesh can be installed or upgraded')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Show the built-in profiles')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Try the sample applications that the course works with')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a practice cluster on this computer')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what of the mesh runs in the cluster')
            [CompletionResult]::new('tag', 'tag', [CompletionResultType]::ParameterValue, 'Give revisions other names, which can be moved')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Take the mesh away again')
            [CompletionResult]::new('upgrade', 'upgrade', [CompletionResultType]::ParameterValue, 'Upgrade the mesh, in place or beside the old one')
            [CompletionResult]::new('verify-install', 'verify-install', [CompletionResultType]::ParameterValue, 'Check that what is installed is all there, unchanged and ready')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Show versions of this program and of what runs in the cluster')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;kube-inject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)')
            [CompletionResult]::new('--pod-template-path', '--pod-template-path', [CompletionResultType]::ParameterName, 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write instead of standard output; it is replaced at the end, or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write instead of standard output; it is replaced at the end, or not at all')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--operatorFileName', '--operatorFileName', [CompletionResultType]::ParameterName, 'IstioOperator file (repeatable; later ones win)')
            [CompletionResult]::new('--operator-file', '--operator-file', [CompletionResultType]::ParameterName, 'IstioOperator file (repeatable; later ones win)')
            [CompletionResult]::new('--injectConfigFile', '--injectConfigFile', [CompletionResultType]::ParameterName, 'Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template')
            [CompletionResult]::new('--inject-config-file', '--inject-config-file', [CompletionResultType]::ParameterName, 'Injection templates: the key `config` of ConfigMap istio-sidecar-injector, or the text of one template')
            [CompletionResult]::new('--meshConfigFile', '--meshConfigFile', [CompletionResultType]::ParameterName, 'Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)')
            [CompletionResult]::new('--mesh-config-file', '--mesh-config-file', [CompletionResultType]::ParameterName, 'Mesh configuration: the key `mesh` of ConfigMap istio (`--operatorFileName` wins over it)')
            [CompletionResult]::new('--valuesFile', '--valuesFile', [CompletionResultType]::ParameterName, 'Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)')
            [CompletionResult]::new('--values-file', '--values-file', [CompletionResultType]::ParameterName, 'Values: the key `values` of ConfigMap istio-sidecar-injector (`--operatorFileName` wins over it)')
            [CompletionResult]::new('--injectConfigMapName', '--injectConfigMapName', [CompletionResultType]::ParameterName, 'ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]')
            [CompletionResult]::new('--inject-config-map-name', '--inject-config-map-name', [CompletionResultType]::ParameterName, 'ConfigMap of the cluster with injection templates and values, in place of istio-sidecar-injector[-REVISION]')
            [CompletionResult]::new('--meshConfigMapName', '--meshConfigMapName', [CompletionResultType]::ParameterName, 'ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]')
            [CompletionResult]::new('--mesh-config-map-name', '--mesh-config-map-name', [CompletionResultType]::ParameterName, 'ConfigMap of the cluster with the mesh configuration, in place of istio[-REVISION]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Also read the folders below a folder')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Also read the folders below a folder')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Replace the files that were read, all or none')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Replace the files that were read, all or none')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail if a workload is skipped')
            [CompletionResult]::new('--normalize', '--normalize', [CompletionResultType]::ParameterName, 'Write injected documents anew, with sorted keys and without comments')
            [CompletionResult]::new('--from-cluster', '--from-cluster', [CompletionResultType]::ParameterName, 'Take the configuration of the cluster''s istiod, of `--revision` or the default one')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;inject' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Turn injection on for a namespace')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Turn injection off for a namespace')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show which namespaces are injected, by which webhook, and which pods are not as they should be')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;inject;enable' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision or tag of istiod [default: the default revision]')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision or tag of istiod [default: the default revision]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Label the namespace even if no istiod is installed that would act on it')
            [CompletionResult]::new('--restart', '--restart', [CompletionResultType]::ParameterName, 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;inject;disable' {
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--restart', '--restart', [CompletionResultType]::ParameterName, 'Restart the Deployments, StatefulSets and DaemonSets whose pods are not as asked')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;inject;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;inject;help' {
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Turn injection on for a namespace')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Turn injection off for a namespace')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show which namespaces are injected, by which webhook, and which pods are not as they should be')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;inject;help;enable' {
            break
        }
        'mesh;inject;help;disable' {
            break
        }
        'mesh;inject;help;status' {
            break
        }
        'mesh;inject;help;help' {
            break
        }
        'mesh;check-inject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder or URL with workloads, or `-` for standard input (repeatable)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File, folder or URL with workloads, or `-` for standard input (repeatable)')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Labels of a pod that need not be there')
            [CompletionResult]::new('--labels', '--labels', [CompletionResultType]::ParameterName, 'Labels of a pod that need not be there')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;injector' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the webhooks that inject sidecars, and the namespaces whose pods they inject')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;injector;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;injector;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the webhooks that inject sidecars, and the namespaces whose pods they inject')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;injector;help;list' {
            break
        }
        'mesh;injector;help;help' {
            break
        }
        'mesh;kube-uninject' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'File, folder of files, URL, or `-` for standard input (repeatable; a file named twice is read once)')
            [CompletionResult]::new('--pod-template-path', '--pod-template-path', [CompletionResultType]::ParameterName, 'Kind with a pod template, and the way to it (repeatable): `Rollout=spec.template`, `Runner.example.com=spec.pod`')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write instead of standard output; it is replaced at the end, or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write instead of standard output; it is replaced at the end, or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-R', '-R ', [CompletionResultType]::ParameterName, 'Also read the folders below a folder')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Also read the folders below a folder')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Replace the files that were read, all or none')
            [CompletionResult]::new('--in-place', '--in-place', [CompletionResultType]::ParameterName, 'Replace the files that were read, all or none')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail if a workload is skipped')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write the rules that a release needs, for the versions that run')
            [CompletionResult]::new('shift', 'shift', [CompletionResultType]::ParameterValue, 'Change what share of a service''s requests each version gets')
            [CompletionResult]::new('match', 'match', [CompletionResultType]::ParameterValue, 'Send the requests of a user, or others of a kind, to one version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where releases stand: routes, shares, and the pods behind them')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what was last changed of a service''s routes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;canary;init' {
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'The version that has the requests')
            [CompletionResult]::new('--canary', '--canary', [CompletionResultType]::ParameterName, 'The version that is to be released')
            [CompletionResult]::new('--label', '--label', [CompletionResultType]::ParameterName, 'The label of the pods that tells versions apart')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'The route, by its name or by its place in its list, from `#0`')
            [CompletionResult]::new('--object', '--object', [CompletionResultType]::ParameterName, 'The object that holds the route')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed, and change nothing; `=server` has the cluster check it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all-routes', '--all-routes', [CompletionResultType]::ParameterName, 'Every route that leads to the service')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Change the cluster also where Argo CD, Flux or Helm deploy the object')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take the object as it is now, though somebody else edited it since the last `mesh canary`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary;shift' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Send everything to this version')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'The route, by its name or by its place in its list, from `#0`')
            [CompletionResult]::new('--object', '--object', [CompletionResultType]::ParameterName, 'The object that holds the route')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Only routes that get requests to this port')
            [CompletionResult]::new('--sni', '--sni', [CompletionResultType]::ParameterName, 'Only TLS routes that get requests for this server name')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed, and change nothing; `=server` has the cluster check it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--normalize', '--normalize', [CompletionResultType]::ParameterName, 'Scale weights that do not sum to 100')
            [CompletionResult]::new('--all-routes', '--all-routes', [CompletionResultType]::ParameterName, 'Every route that leads to the service')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Change the cluster also where Argo CD, Flux or Helm deploy the object')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take the object as it is now, though somebody else edited it since the last `mesh canary`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary;match' {
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Requests of this user: header `end-user`')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'Requests with this header, or with any value of it')
            [CompletionResult]::new('--header-prefix', '--header-prefix', [CompletionResultType]::ParameterName, 'Requests with a header that begins so')
            [CompletionResult]::new('--header-regex', '--header-regex', [CompletionResultType]::ParameterName, 'Requests with a header like this pattern (RE2, the whole value)')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'Requests with this cookie')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Requests with this parameter')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'Requests of this method')
            [CompletionResult]::new('--uri', '--uri', [CompletionResultType]::ParameterName, 'Requests for this path, or for all that begin so')
            [CompletionResult]::new('--source-label', '--source-label', [CompletionResultType]::ParameterName, 'Requests of callers whose pods have this label')
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'The version that gets these requests')
            [CompletionResult]::new('--else', '--else', [CompletionResultType]::ParameterName, 'The version that gets all others')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'What the rule is called, after `mesh-canary-`; made of the conditions otherwise')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'The route, by its name or by its place in its list, from `#0`')
            [CompletionResult]::new('--object', '--object', [CompletionResultType]::ParameterName, 'The object that holds the route')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'Edit files and not the cluster: file or directory, `-` for stdin (repeatable)')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed, and change nothing; `=server` has the cluster check it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--or', '--or', [CompletionResultType]::ParameterName, 'Begin an alternative: conditions before and after it are each enough')
            [CompletionResult]::new('--remove', '--remove', [CompletionResultType]::ParameterName, 'Take the rule away')
            [CompletionResult]::new('--all-routes', '--all-routes', [CompletionResultType]::ParameterName, 'Every route that leads to the service')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Change the cluster also where Argo CD, Flux or Helm deploy the object')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take the object as it is now, though somebody else edited it since the last `mesh canary`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Show it again whenever it changes, until interrupted')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Show it again whenever it changes, until interrupted')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary;undo' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Go back to what held after this change; 0 is before the first on record')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be changed, and change nothing; `=server` has the cluster check it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the changes that can be taken back')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Change the cluster also where Argo CD, Flux or Helm deploy the object')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;canary;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write the rules that a release needs, for the versions that run')
            [CompletionResult]::new('shift', 'shift', [CompletionResultType]::ParameterValue, 'Change what share of a service''s requests each version gets')
            [CompletionResult]::new('match', 'match', [CompletionResultType]::ParameterValue, 'Send the requests of a user, or others of a kind, to one version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where releases stand: routes, shares, and the pods behind them')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what was last changed of a service''s routes')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;canary;help;init' {
            break
        }
        'mesh;canary;help;shift' {
            break
        }
        'mesh;canary;help;match' {
            break
        }
        'mesh;canary;help;status' {
            break
        }
        'mesh;canary;help;undo' {
            break
        }
        'mesh;canary;help;help' {
            break
        }
        'mesh;install' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over what Helm installed, and delete its records of it')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that other field managers own, instead of ending with a conflict')
            [CompletionResult]::new('--reuse-values', '--reuse-values', [CompletionResultType]::ParameterName, 'Build on the settings of the last installation; what is given now lies on top of them')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Delete what earlier applies brought and this one does not have')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Install the mesh into the cluster, or change what is installed')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Take the mesh away again')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two manifests, or one with the cluster')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the YAML of an installation')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List every image that an installation pulls')
            [CompletionResult]::new('translate', 'translate', [CompletionResultType]::ParameterValue, 'Translate an installation to values for Istio''s Helm charts')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;manifest;apply' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over what Helm installed, and delete its records of it')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that other field managers own, instead of ending with a conflict')
            [CompletionResult]::new('--reuse-values', '--reuse-values', [CompletionResultType]::ParameterName, 'Build on the settings of the last installation; what is given now lies on top of them')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Delete what earlier applies brought and this one does not have')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;delete' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the plan of a dry run')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the plan of a dry run')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--purge', '--purge', [CompletionResultType]::ParameterName, 'Take away every revision, and the definitions (CRDs) with all resources of their kinds')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on while proxies still need what goes, or where a path of the configuration is unknown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;diff' {
            [CompletionResult]::new('--ignore-rules', '--ignore-rules', [CompletionResultType]::ParameterName, 'Print settings that have argocd, flux or flux-helm ignore what the control plane writes')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Compare the cluster with what an apply would make of it')
            [CompletionResult]::new('--prune', '--prune', [CompletionResultType]::ParameterName, 'Count what was applied before and is not in the configuration any more as deleted')
            [CompletionResult]::new('--reuse-values', '--reuse-values', [CompletionResultType]::ParameterName, 'Build on the settings of the last installation, as `mesh install --reuse-values` does')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take fields that other field managers own as taken over, and name no conflicts')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;generate' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--component', '--component', [CompletionResultType]::ParameterName, 'Only what belongs to this component, such as `pilot` or `ingressGateways` (repeatable)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'File to write instead of standard output; a folder (one that exists, or a name ending in `/`) gets a file for each component')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('--cluster-specific', '--cluster-specific', [CompletionResultType]::ParameterName, 'Ask the cluster of the kubeconfig for its version and what it serves, and render for it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;images' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;translate' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to write into, made where it is missing, instead of standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to write into, made where it is missing, instead of standard output')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;manifest;help' {
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Install the mesh into the cluster, or change what is installed')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Take the mesh away again')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two manifests, or one with the cluster')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the YAML of an installation')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List every image that an installation pulls')
            [CompletionResult]::new('translate', 'translate', [CompletionResultType]::ParameterValue, 'Translate an installation to values for Istio''s Helm charts')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;manifest;help;apply' {
            break
        }
        'mesh;manifest;help;delete' {
            break
        }
        'mesh;manifest;help;diff' {
            break
        }
        'mesh;manifest;help;generate' {
            break
        }
        'mesh;manifest;help;images' {
            break
        }
        'mesh;manifest;help;translate' {
            break
        }
        'mesh;manifest;help;help' {
            break
        }
        'mesh;precheck' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Look for defaults that changed since this version of Istio [default: the one that is installed]')
            [CompletionResult]::new('--from-version', '--from-version', [CompletionResultType]::ParameterName, 'Look for defaults that changed since this version of Istio [default: the one that is installed]')
            [CompletionResult]::new('--output-threshold', '--output-threshold', [CompletionResultType]::ParameterName, 'Show what is at least as bad as this')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--reuse-values', '--reuse-values', [CompletionResultType]::ParameterName, 'Build on the settings of the last installation, as `mesh upgrade` does; what is given lies on top')
            [CompletionResult]::new('--skip-controlplane', '--skip-controlplane', [CompletionResultType]::ParameterName, 'Leave out the checks of the control plane: look at changed defaults only')
            [CompletionResult]::new('--skip-control-plane', '--skip-control-plane', [CompletionResultType]::ParameterName, 'Leave out the checks of the control plane: look at changed defaults only')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;profile' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two profiles, or IstioOperator files, in full')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print a profile in full, as an IstioOperator')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in profiles, what each is for and what it turns on')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List the built-in profiles, what each is for and what it turns on')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;profile;diff' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;profile;dump' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Only what stands at this path of the spec')
            [CompletionResult]::new('--config-path', '--config-path', [CompletionResultType]::ParameterName, 'Only what stands at this path of the spec')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write it')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;profile;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;profile;ls' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;profile;help' {
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two profiles, or IstioOperator files, in full')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print a profile in full, as an IstioOperator')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in profiles, what each is for and what it turns on')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;profile;help;diff' {
            break
        }
        'mesh;profile;help;dump' {
            break
        }
        'mesh;profile;help;list' {
            break
        }
        'mesh;profile;help;help' {
            break
        }
        'mesh;completion' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a sample to the cluster')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete a sample from the cluster')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the samples, their parts and what each is for')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List the samples, their parts and what each is for')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the YAML of a sample')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;sample;apply' {
            [CompletionResult]::new('--part', '--part', [CompletionResultType]::ParameterName, 'Apply only these parts (repeat the flag, or separate by commas)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that other field managers own, instead of ending with a conflict')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Wait until the pods are ready')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the pods are ready')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample;delete' {
            [CompletionResult]::new('--part', '--part', [CompletionResultType]::ParameterName, 'Delete only the objects of these parts (repeat the flag, or separate by commas)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('--namespace', '--namespace', [CompletionResultType]::ParameterName, 'Namespace to work in, and of objects without one')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample;ls' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample;show' {
            [CompletionResult]::new('--part', '--part', [CompletionResultType]::ParameterName, 'Print only these parts, in this order (repeat the flag, or separate by commas)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sample;help' {
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a sample to the cluster')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete a sample from the cluster')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the samples, their parts and what each is for')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the YAML of a sample')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;sample;help;apply' {
            break
        }
        'mesh;sample;help;delete' {
            break
        }
        'mesh;sample;help;list' {
            break
        }
        'mesh;sample;help;show' {
            break
        }
        'mesh;sample;help;help' {
            break
        }
        'mesh;sandbox' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the practice cluster')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the practice cluster')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether the practice cluster runs, and where')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Delete all objects of the practice cluster, its certificate and its kubeconfig')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;sandbox;up' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port on 127.0.0.1; 0 for any that is free [default: the last one, if it is free]')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--foreground', '--foreground', [CompletionResultType]::ParameterName, 'Stay here, until Ctrl-C, instead of running in the background')
            [CompletionResult]::new('--memory', '--memory', [CompletionResultType]::ParameterName, 'Keep objects in memory only: the next start is empty, or has what was kept before')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sandbox;down' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sandbox;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sandbox;reset' {
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Folder that the practice cluster lives in [default: `mesh/sandbox` in `$XDG_STATE_HOME`, or in `~/.local/state`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;sandbox;help' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the practice cluster')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the practice cluster')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether the practice cluster runs, and where')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Delete all objects of the practice cluster, its certificate and its kubeconfig')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;sandbox;help;up' {
            break
        }
        'mesh;sandbox;help;down' {
            break
        }
        'mesh;sandbox;help;status' {
            break
        }
        'mesh;sandbox;help;reset' {
            break
        }
        'mesh;sandbox;help;help' {
            break
        }
        'mesh;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, as YAML')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, the revision of each, and the namespaces that ask for it')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List the tags, the revision of each, and the namespaces that ask for it')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag: its webhooks and its Service, together')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or move one to another revision')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;tag;generate' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision that it leads to')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision that it leads to')
            [CompletionResult]::new('--webhook-name', '--webhook-name', [CompletionResultType]::ParameterName, 'Name of the webhook configuration [default: istio-revision-tag-TAG]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--overwrite', '--overwrite', [CompletionResultType]::ParameterName, 'Move a tag that exists, or make one of a name that a revision has too')
            [CompletionResult]::new('--auto-inject-namespaces', '--auto-inject-namespaces', [CompletionResultType]::ParameterName, 'Inject pods of all namespaces that do not say otherwise')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag;list' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag;ls' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag;remove' {
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag;set' {
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision that it leads to')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision that it leads to')
            [CompletionResult]::new('--webhook-name', '--webhook-name', [CompletionResultType]::ParameterName, 'Name of the webhook configuration [default: istio-revision-tag-TAG]')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('--overwrite', '--overwrite', [CompletionResultType]::ParameterName, 'Move a tag that exists, or make one of a name that a revision has too')
            [CompletionResult]::new('--auto-inject-namespaces', '--auto-inject-namespaces', [CompletionResultType]::ParameterName, 'Inject pods of all namespaces that do not say otherwise')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;tag;help' {
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, as YAML')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, the revision of each, and the namespaces that ask for it')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag: its webhooks and its Service, together')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or move one to another revision')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;tag;help;generate' {
            break
        }
        'mesh;tag;help;list' {
            break
        }
        'mesh;tag;help;remove' {
            break
        }
        'mesh;tag;help;set' {
            break
        }
        'mesh;tag;help;help' {
            break
        }
        'mesh;uninstall' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the plan of a dry run')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the plan of a dry run')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--purge', '--purge', [CompletionResultType]::ParameterName, 'Take away every revision, and the definitions (CRDs) with all resources of their kinds')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on while proxies still need what goes, or where a path of the configuration is unknown')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;upgrade' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up waiting after this time')
            [CompletionResult]::new('--adopt', '--adopt', [CompletionResultType]::ParameterName, 'Take over what Helm installed, and delete its records of it')
            [CompletionResult]::new('-w', '-w', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until everything is ready')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Revision whose settings to build on, where there are several')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Have the server check everything, and store nothing')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--force-conflicts', '--force-conflicts', [CompletionResultType]::ParameterName, 'Take over fields that other field managers own, instead of ending with a conflict')
            [CompletionResult]::new('--reset-values', '--reset-values', [CompletionResultType]::ParameterName, 'Start from the profile, and not from the settings of the last installation')
            [CompletionResult]::new('--no-prune', '--no-prune', [CompletionResultType]::ParameterName, 'Leave what the new version no longer has')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;verify-install' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--filename', '--filename', [CompletionResultType]::ParameterName, 'IstioOperator file, folder of them, URL, or `-` for standard input (repeat the flag; later ones win)')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Built-in profile to start from, one of `mesh profile list`')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--set', '--set', [CompletionResultType]::ParameterName, 'Setting by path, such as `components.pilot.enabled=false` or `hub=example.com/istio` (repeatable)')
            [CompletionResult]::new('--hub', '--hub', [CompletionResultType]::ParameterName, 'Registry that every image comes from, those of add-ons too; `--set hub=` moves Istio''s own alone')
            [CompletionResult]::new('--tag', '--tag', [CompletionResultType]::ParameterName, 'Version of Istio''s images')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('--manifests', '--manifests', [CompletionResultType]::ParameterName, 'Folder of charts in place of the built-in ones: `manifests` of a release of Istio')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('--revision', '--revision', [CompletionResultType]::ParameterName, 'Revision of the control plane')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every object, and not only those that something is wrong with; so does --verbose')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Go on with a warning where a path is unknown, a value has a wrong type or the cluster is not ready')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;version' {
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Ask the cluster for its versions too; a flag that says which cluster implies it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to show the result')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('--istio-namespace', '--istio-namespace', [CompletionResultType]::ParameterName, 'Namespace of the control plane [default: istio-system]')
            [CompletionResult]::new('-c', '-c', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--kubeconfig', '--kubeconfig', [CompletionResultType]::ParameterName, 'Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`')
            [CompletionResult]::new('--context', '--context', [CompletionResultType]::ParameterName, 'Context of the kubeconfig, instead of its current one')
            [CompletionResult]::new('--as', '--as', [CompletionResultType]::ParameterName, 'User to impersonate')
            [CompletionResult]::new('--as-group', '--as-group', [CompletionResultType]::ParameterName, 'Group to impersonate, repeatable')
            [CompletionResult]::new('--as-uid', '--as-uid', [CompletionResultType]::ParameterName, 'UID to impersonate')
            [CompletionResult]::new('--request-timeout', '--request-timeout', [CompletionResultType]::ParameterName, 'Give up on one request after this time, for example 5s or 1m [default: 15s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour: auto, always or never')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Print bare versions, without revisions and counts')
            [CompletionResult]::new('--short', '--short', [CompletionResultType]::ParameterName, 'Print bare versions, without revisions and counts')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results, warnings and errors only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more about what is being done')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'mesh;help' {
            [CompletionResult]::new('kube-inject', 'kube-inject', [CompletionResultType]::ParameterValue, 'Add the sidecar to the workloads of YAML files')
            [CompletionResult]::new('inject', 'inject', [CompletionResultType]::ParameterValue, 'Turn injection by namespace on and off, see what is injected')
            [CompletionResult]::new('check-inject', 'check-inject', [CompletionResultType]::ParameterValue, 'Say whether a pod is injected, and why')
            [CompletionResult]::new('injector', 'injector', [CompletionResultType]::ParameterValue, 'Look at the webhooks that inject sidecars')
            [CompletionResult]::new('kube-uninject', 'kube-uninject', [CompletionResultType]::ParameterValue, 'Take the sidecar out of the workloads of YAML files')
            [CompletionResult]::new('canary', 'canary', [CompletionResultType]::ParameterValue, 'Release a new version step by step')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Install the mesh into the cluster, or change what is installed')
            [CompletionResult]::new('manifest', 'manifest', [CompletionResultType]::ParameterValue, 'Work with the manifests of an installation')
            [CompletionResult]::new('precheck', 'precheck', [CompletionResultType]::ParameterValue, 'Check whether the mesh can be installed or upgraded')
            [CompletionResult]::new('profile', 'profile', [CompletionResultType]::ParameterValue, 'Show the built-in profiles')
            [CompletionResult]::new('completion', 'completion', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('sample', 'sample', [CompletionResultType]::ParameterValue, 'Try the sample applications that the course works with')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Run a practice cluster on this computer')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show what of the mesh runs in the cluster')
            [CompletionResult]::new('tag', 'tag', [CompletionResultType]::ParameterValue, 'Give revisions other names, which can be moved')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Take the mesh away again')
            [CompletionResult]::new('upgrade', 'upgrade', [CompletionResultType]::ParameterValue, 'Upgrade the mesh, in place or beside the old one')
            [CompletionResult]::new('verify-install', 'verify-install', [CompletionResultType]::ParameterValue, 'Check that what is installed is all there, unchanged and ready')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Show versions of this program and of what runs in the cluster')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'mesh;help;kube-inject' {
            break
        }
        'mesh;help;inject' {
            [CompletionResult]::new('enable', 'enable', [CompletionResultType]::ParameterValue, 'Turn injection on for a namespace')
            [CompletionResult]::new('disable', 'disable', [CompletionResultType]::ParameterValue, 'Turn injection off for a namespace')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show which namespaces are injected, by which webhook, and which pods are not as they should be')
            break
        }
        'mesh;help;inject;enable' {
            break
        }
        'mesh;help;inject;disable' {
            break
        }
        'mesh;help;inject;status' {
            break
        }
        'mesh;help;check-inject' {
            break
        }
        'mesh;help;injector' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the webhooks that inject sidecars, and the namespaces whose pods they inject')
            break
        }
        'mesh;help;injector;list' {
            break
        }
        'mesh;help;kube-uninject' {
            break
        }
        'mesh;help;canary' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write the rules that a release needs, for the versions that run')
            [CompletionResult]::new('shift', 'shift', [CompletionResultType]::ParameterValue, 'Change what share of a service''s requests each version gets')
            [CompletionResult]::new('match', 'match', [CompletionResultType]::ParameterValue, 'Send the requests of a user, or others of a kind, to one version')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show where releases stand: routes, shares, and the pods behind them')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what was last changed of a service''s routes')
            break
        }
        'mesh;help;canary;init' {
            break
        }
        'mesh;help;canary;shift' {
            break
        }
        'mesh;help;canary;match' {
            break
        }
        'mesh;help;canary;status' {
            break
        }
        'mesh;help;canary;undo' {
            break
        }
        'mesh;help;install' {
            break
        }
        'mesh;help;manifest' {
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Install the mesh into the cluster, or change what is installed')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Take the mesh away again')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two manifests, or one with the cluster')
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the YAML of an installation')
            [CompletionResult]::new('images', 'images', [CompletionResultType]::ParameterValue, 'List every image that an installation pulls')
            [CompletionResult]::new('translate', 'translate', [CompletionResultType]::ParameterValue, 'Translate an installation to values for Istio''s Helm charts')
            break
        }
        'mesh;help;manifest;apply' {
            break
        }
        'mesh;help;manifest;delete' {
            break
        }
        'mesh;help;manifest;diff' {
            break
        }
        'mesh;help;manifest;generate' {
            break
        }
        'mesh;help;manifest;images' {
            break
        }
        'mesh;help;manifest;translate' {
            break
        }
        'mesh;help;precheck' {
            break
        }
        'mesh;help;profile' {
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two profiles, or IstioOperator files, in full')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print a profile in full, as an IstioOperator')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the built-in profiles, what each is for and what it turns on')
            break
        }
        'mesh;help;profile;diff' {
            break
        }
        'mesh;help;profile;dump' {
            break
        }
        'mesh;help;profile;list' {
            break
        }
        'mesh;help;completion' {
            break
        }
        'mesh;help;sample' {
            [CompletionResult]::new('apply', 'apply', [CompletionResultType]::ParameterValue, 'Apply a sample to the cluster')
            [CompletionResult]::new('delete', 'delete', [CompletionResultType]::ParameterValue, 'Delete a sample from the cluster')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the samples, their parts and what each is for')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print the YAML of a sample')
            break
        }
        'mesh;help;sample;apply' {
            break
        }
        'mesh;help;sample;delete' {
            break
        }
        'mesh;help;sample;list' {
            break
        }
        'mesh;help;sample;show' {
            break
        }
        'mesh;help;sandbox' {
            [CompletionResult]::new('up', 'up', [CompletionResultType]::ParameterValue, 'Start the practice cluster')
            [CompletionResult]::new('down', 'down', [CompletionResultType]::ParameterValue, 'Stop the practice cluster')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show whether the practice cluster runs, and where')
            [CompletionResult]::new('reset', 'reset', [CompletionResultType]::ParameterValue, 'Delete all objects of the practice cluster, its certificate and its kubeconfig')
            break
        }
        'mesh;help;sandbox;up' {
            break
        }
        'mesh;help;sandbox;down' {
            break
        }
        'mesh;help;sandbox;status' {
            break
        }
        'mesh;help;sandbox;reset' {
            break
        }
        'mesh;help;status' {
            break
        }
        'mesh;help;tag' {
            [CompletionResult]::new('generate', 'generate', [CompletionResultType]::ParameterValue, 'Print the objects of a tag, as YAML')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the tags, the revision of each, and the namespaces that ask for it')
            [CompletionResult]::new('remove', 'remove', [CompletionResultType]::ParameterValue, 'Remove a tag: its webhooks and its Service, together')
            [CompletionResult]::new('set', 'set', [CompletionResultType]::ParameterValue, 'Make a tag, or move one to another revision')
            break
        }
        'mesh;help;tag;generate' {
            break
        }
        'mesh;help;tag;list' {
            break
        }
        'mesh;help;tag;remove' {
            break
        }
        'mesh;help;tag;set' {
            break
        }
        'mesh;help;uninstall' {
            break
        }
        'mesh;help;upgrade' {
            break
        }
        'mesh;help;verify-install' {
            break
        }
        'mesh;help;version' {
            break
        }
        'mesh;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
