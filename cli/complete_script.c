/* The scripts that teach bash, zsh and fish to ask us.
 *
 * `wfctl complete -- WORD...` answers with a candidate a line, a tab and a
 * few words about it; ":files", ":flows" or ":dirs" says which file names
 * belong there as well.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "complete.h"

/* bash cuts words at = : and @, too; what it cut off is put back before we
 * are asked, and taken off the answers. */
/* clang-format off */
static const struct {
	const char *shell, *script;
} scripts[] = {
{"bash",
"# Completion of wfctl for bash:  . <(wfctl completion bash)\n"
"_wfctl() {\n"
"\tlocal line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} word prefix files=\n"
"\tlocal -a words\n"
"\tread -ra words <<<\"$line\"\n"
"\t[[ $line == *[[:space:]] ]] && words+=('')\n"
"\tword=${words[${#words[@]} - 1]}\n"
"\t[[ $cur == [=:@] ]] && cur=\n"
"\tprefix=${word%\"$cur\"}\n"
"\tCOMPREPLY=()\n"
"\twhile IFS= read -r line; do\n"
"\t\tcase $line in\n"
"\t\t:files | :flows | :dirs) files=$line ;;\n"
"\t\t*)\n"
"\t\t\tline=${line%%$'\\t'*}\n"
"\t\t\tprintf -v line %q \"${line#\"$prefix\"}\"\n"
"\t\t\tCOMPREPLY+=(\"$line\")\n"
"\t\t\t;;\n"
"\t\tesac\n"
"\tdone < <(\"${words[0]}\" complete -- \"${words[@]:1}\" 2>/dev/null)\n"
"\tif [ -n \"$files\" ]; then\n"
"\t\tcompopt -o filenames\n"
"\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(\n"
"\t\t\tcompgen -d -- \"$cur\"\n"
"\t\t\tcase $files in\n"
"\t\t\t:files) compgen -f -- \"$cur\" ;;\n"
"\t\t\t:flows) compgen -f -X '!*.yaml' -- \"$cur\"\n"
"\t\t\t\tcompgen -f -X '!*.yml' -- \"$cur\" ;;\n"
"\t\t\tesac)\n"
"\tfi\n"
"\t[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&\n"
"\t\tcompopt -o nospace\n"
"\treturn 0\n"
"}\n"
"complete -F _wfctl wfctl\n"},
{"zsh",
"#compdef wfctl\n"
"# Completion of wfctl for zsh:  source <(wfctl completion zsh)\n"
"_wfctl() {\n"
"\tlocal line files= word about\n"
"\tlocal -a found values\n"
"\twhile IFS= read -r line; do\n"
"\t\tcase $line in\n"
"\t\t(:files|:flows|:dirs) files=$line; continue ;;\n"
"\t\tesac\n"
"\t\tword=${line%%$'\\t'*}\n"
"\t\tabout=${line#*$'\\t'}\n"
"\t\tif [[ $word == *= ]]; then\n"
"\t\t\tvalues+=(\"$word\")\n"
"\t\telse\n"
"\t\t\tfound+=(\"${word//:/\\\\:}:$about\")\n"
"\t\tfi\n"
"\tdone < <(\"${(Q)words[1]}\" complete -- \"${(@Q)words[2,CURRENT]}\" 2>/dev/null)\n"
"\t(( ${#values} )) && compadd -S '' -- \"${values[@]}\"\n"
"\t(( ${#found} )) && _describe wfctl found\n"
"\tcase $files in\n"
"\t(:files) _files ;;\n"
"\t(:flows) _files -g '*.(yaml|yml)(-.)' ;;\n"
"\t(:dirs) _files -/ ;;\n"
"\tesac\n"
"\treturn 0\n"
"}\n"
"if [ \"$funcstack[1]\" = _wfctl ]; then _wfctl \"$@\"; else compdef _wfctl wfctl; fi\n"},
{"fish",
"# Completion of wfctl for fish:  wfctl completion fish | source\n"
"function __wfctl_complete\n"
"\tset -l words (commandline -opc)\n"
"\tset -l current (commandline -ct)\n"
"\tfor line in ($words[1] complete -- $words[2..-1] \"$current\" 2>/dev/null)\n"
"\t\tswitch $line\n"
"\t\t\tcase :files\n"
"\t\t\t\t__fish_complete_path \"$current\"\n"
"\t\t\tcase :flows\n"
"\t\t\t\t__fish_complete_suffix .yaml\n"
"\t\t\tcase :dirs\n"
"\t\t\t\t__fish_complete_directories \"$current\"\n"
"\t\t\tcase '*'\n"
"\t\t\t\techo $line\n"
"\t\tend\n"
"\tend\n"
"end\n"
"complete -c wfctl -f -a '(__wfctl_complete)'\n"},
};
/* clang-format on */

const char *
complete_script(const char *shell)
{
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
		if (str_eq(scripts[i].shell, shell))
			return scripts[i].script;
	return NULL;
}
