/**
 * What differs between the shells: the script that calls this program each time the user presses Tab, how it passes the words on the line,
 * and how it takes the answer. The common part is in candidates.ts.
 */

import type { Candidate, Completion } from './candidates.js';

/** The script gets one line that says which files to look for, then one line for each candidate. */
interface Shell {
  script: string;
  /** Whether words arrive as typed, with quotes and backslashes. */
  quoted: boolean;
  /** Whether an option and its value arrive as three words, with the `=` between them. */
  partedByEquals: boolean;
  /** Whether the shell shows the descriptions of candidates. */
  describes: boolean;
}

// bash 3.2, the version on macOS, has neither mapfile nor compopt, and reads a bare `)` of a case as the end of `<(`.
const BASH = `# gguf-explain: completion for bash. Put this line into ~/.bashrc:
#   source <(gguf-explain completion bash)
_gguf_explain() {
  local program=$1 kind= typed= home= line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$kind" ]; then kind=\${line%%$'\\t'*} typed=\${line#*$'\\t'}; else COMPREPLY+=("$(printf %q "$line")"); fi
  done < <("$program" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $kind in models | files | folders) ;; *) return ;; esac
  type compopt >/dev/null 2>&1 && compopt -o filenames 2>/dev/null
  case \${COMP_WORDS[COMP_CWORD]} in '~/'*) home=$HOME ;; esac
  # A name may hold anything but NUL, a newline too.
  while IFS= read -r -d '' line; do COMPREPLY+=("\${home:+~}\${line#"$home"}"); done < <(
    set +f
    shopt -u failglob
    for line in "$typed"*; do
      if [ ! -d "$line" ]; then
        case $kind:$line in (models:*.[gG][gG][uU][fF] | files:*) ;; (*) continue ;; esac
        [ -e "$line" ] || continue
      fi
      printf '%s\\0' "$line"
    done
  )
}
complete -F _gguf_explain gguf-explain
`;

const ZSH = `#compdef gguf-explain
# gguf-explain: completion for zsh. Put this line into ~/.zshrc, after compinit:
#   source <(gguf-explain completion zsh)
_gguf_explain() {
  local -a lines candidates
  local line word
  lines=("\${(@f)$(\${(Q)words[1]} completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    word=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ -n $word ]] && candidates+=("$word\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}")
  done
  (( $#candidates )) && _describe -V gguf-explain candidates
  case $lines[1] in
    models) _files -g '(#i)*.gguf(-.)' ;;
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _gguf_explain ]]; then _gguf_explain "$@"; else compdef _gguf_explain gguf-explain; fi
`;

const FISH = `# gguf-explain: completion for fish. Put this into ~/.config/fish/config.fish:
#   gguf-explain completion fish | source
function __gguf_explain_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null)
    for line in $lines[2..-1]
        printf '%s\\n' $line
    end
    switch "$lines[1]"
        case models
            __fish_complete_suffix .gguf
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current" ''
    end
end
complete -c gguf-explain -f -a '(__gguf_explain_complete)'
`;

export const SHELLS = {
  bash: { script: BASH, quoted: true, partedByEquals: true, describes: false },
  zsh: { script: ZSH, quoted: true, partedByEquals: false, describes: true },
  fish: { script: FISH, quoted: false, partedByEquals: false, describes: true },
} as const satisfies Record<string, Shell>;

export type ShellName = keyof typeof SHELLS;

/** The words as the user means them, from the form in which the shell passes them. `typed` are those after `--`. */
export function wordsFrom(shell: ShellName, typed: readonly string[]): string[] {
  const { quoted, partedByEquals } = SHELLS[shell];
  const words = quoted ? typed.map(withoutQuotes) : [...typed];
  for (let i = 1; partedByEquals && i < words.length; i++) {
    if (words[i] === '=' && words[i - 1]?.startsWith('--'))
      words.splice(i - 1, 3, `${words[i - 1]}=${words[i + 1] ?? ''}`);
  }
  return words;
}

/** Turns `my\ model.gguf`, `'my model.gguf` and `~/my.gguf` into the words that the shell would make of them. */
function withoutQuotes(word: string): string {
  const home = word.startsWith('~/') && process.env.HOME ? process.env.HOME + word.slice(1) : word;
  return home.replace(/'([^']*)'?|"((?:[^"\\]|\\.)*)"?|\\(.)/gs, (_, single, double, escaped) =>
    String(single ?? double?.replace(/\\(["$`\\])/g, '$1') ?? escaped),
  );
}

/** The answer as lines for the script. */
export function answerLines(shell: ShellName, { files, candidates }: Completion, words: readonly string[]): string[] {
  const { describes, partedByEquals } = SHELLS[shell];
  const current = words.at(-1) ?? '';
  // bash inserts a candidate after the equals sign.
  const cut = partedByEquals && /^--[\w-]+=/.test(current) ? current.indexOf('=') + 1 : 0;
  // The bash script looks for files itself, so it needs the word without its quotes.
  const first = partedByEquals ? `${files}\t${current.slice(cut).replace(/[\n\0]/g, '?')}` : files;
  const line = ({ word, says }: Candidate) => word.slice(cut) + (describes ? `\t${brief(says ?? '')}` : '');
  return [first, ...candidates.map(line)];
}

/** Most characters of a description: a line of a terminal has about eighty. */
const MOST_SAID = 70;

function brief(says: string): string {
  const text = says.replace(/\s+/g, ' ');
  return text.length > MOST_SAID ? `${text.slice(0, MOST_SAID - 1)}…` : text;
}
