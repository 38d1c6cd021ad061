/** What each shell needs in order to ask `kube-audit-exec __complete`. */
import type { SHELLS } from './candidates.ts'

export type Shell = (typeof SHELLS)[number]

const BASH = String.raw`# kube-audit-exec: completion for bash 3.2 and newer. Load it with
#   source <(kube-audit-exec completion bash)
__kube_audit_exec() {
  local word i last glued=0 line directive cur out
  local -a words=() lines=()
  # Readline breaks words at these characters; what it broke is one word again.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${'$'}{COMP_WORDS[i]}
    last=$((${'$'}{#words[@]} - 1))
    if ((last >= 0)) && { ((glued)) || [[ $word == [=:@] ]]; }; then words[last]+=$word; else words+=("$word"); fi
    if [[ $word == [=:@] ]]; then glued=1; else glued=0; fi
  done
  cur=${'$'}{COMP_WORDS[COMP_CWORD]}
  [[ $cur == [=:@] ]] && cur=
  out=$(kube-audit-exec __complete "${'$'}{words[@]}" 2>/dev/null) || return
  while IFS= read -r line; do lines+=("$line"); done <<<"$out"
  last=$((${'$'}{#lines[@]} - 1))
  directive=${'$'}{lines[last]#:}
  unset "lines[last]"
  COMPREPLY=()
  if ((${'$'}{#lines[@]} == 0)); then
    if [[ $directive == 0 ]]; then local IFS=$'\n'; COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; fi
    if [[ $directive == 16 ]]; then local IFS=$'\n'; COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null; fi
    return
  fi
  if ((${'$'}{#lines[@]} == 1)); then
    COMPREPLY=("${'$'}{lines[0]%%$'\t'*}")
    return
  fi
  # Several: each with its description, which Tab never inserts, since no two of them begin alike to its end. What goes
  # through a menu (37) or inserts them all (42) would: those are given none. Somebody else wrote it.
  for line in "${'$'}{lines[@]}"; do
    if [[ $COMP_TYPE == 37 || $COMP_TYPE == 42 ]]; then
      COMPREPLY+=("${'$'}{line%%$'\t'*}")
    elif [[ $line == *$'\t'* ]]; then COMPREPLY+=("${'$'}{line%%$'\t'*}  (${'$'}{line#*$'\t'})"); else COMPREPLY+=("$line"); fi
  done
}
complete -o nosort -F __kube_audit_exec kube-audit-exec 2>/dev/null || complete -F __kube_audit_exec kube-audit-exec
`

const ZSH = String.raw`#compdef kube-audit-exec
# kube-audit-exec: completion for zsh. Load it with
#   source <(kube-audit-exec completion zsh)
_kube_audit_exec() {
  local out line value directive
  local -a lines candidates
  out=$(kube-audit-exec __complete "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null) || return 1
  lines=("${'$'}{(@f)out}")
  directive=${'$'}{lines[-1]#:}
  lines[-1]=()
  [[ ${'$'}{words[CURRENT]} == --*=* ]] && compset -P '*='
  if (( ${'$'}{#lines} == 0 )); then
    case $directive in
      0) _files ;;
      16) _files -/ ;;
    esac
    return
  fi
  for line in "${'$'}{lines[@]}"; do
    value=${'$'}{line%%$'\t'*}
    if [[ $line == *$'\t'* ]]; then candidates+=("${'$'}{value//:/\\:}:${'$'}{line#*$'\t'}"); else candidates+=("${'$'}{value//:/\\:}"); fi
  done
  _describe -V 'kube-audit-exec' candidates
}
if [[ $funcstack[1] == _kube_audit_exec ]]; then
  _kube_audit_exec
else
  compdef _kube_audit_exec kube-audit-exec
fi
`

const FISH = `# kube-audit-exec: completion for fish. Load it with
#   kube-audit-exec completion fish | source
function __kube_audit_exec
    set -l words (commandline -opc) (commandline -ct)
    set -e words[1]
    set -l out (kube-audit-exec __complete $words 2>/dev/null)
    set -l directive $out[-1]
    set -e out[-1]
    if test (count $out) -eq 0
        test "$directive" = ":0" && __fish_complete_path (commandline -ct)
        test "$directive" = ":16" && __fish_complete_directories (commandline -ct)
        return
    end
    # fish completes the whole of --flag=value.
    set -l prefix (string match -r -- '^--[^=]+=' (commandline -ct))
    for line in $out
        echo "$prefix$line"
    end
end
complete -c kube-audit-exec -f -k -a '(__kube_audit_exec)'
`

const POWERSHELL = String.raw`# kube-audit-exec: completion for PowerShell. Load it with
#   kube-audit-exec completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kube-audit-exec -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  if ($wordToComplete -eq '') { $words += '""' }
  $prefix = if ($wordToComplete -match '^(--[^=]+=)') { $Matches[1] } else { '' }
  & kube-audit-exec __complete @words 2>$null | Where-Object { $_ -notmatch '^:\d+$' } | ForEach-Object {
    $value, $description = $_ -split "${'`'}t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new("$prefix$value", $value, 'ParameterValue', $description)
  }
}
`

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL }

export const completionScript = (shell: Shell): string => SCRIPTS[shell]
