using System.Text;

namespace MissBgm.CommandLine;

/// <summary>Scripts that make shells complete a program's commands, options and choices; all other values are completed by files.</summary>
internal static class CompletionScripts
{
    /// <summary>The script for bash.</summary>
    internal static string Bash(string program, CompletedCommand[] commands)
    {
        var function = Function(program);
        var script = new StringBuilder();
        script.Append($$"""
            {{function}}() {
              local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=
              COMPREPLY=()
              if [ "$COMP_CWORD" -eq 1 ]; then
                words="{{string.Join(' ', commands.Select(command => command.Name))}} completion --help --version"
              else
                case "${COMP_WORDS[1]} $previous" in
                  "completion completion") words="bash zsh fish" ;;

            """);
        foreach (var command in commands)
        {
            foreach (var choices in command.Options.Where(option => option.Choices.Length > 0))
            {
                script.Append($"      \"{command.Name} {choices.Name}\") words=\"{string.Join(' ', choices.Choices)}\" ;;\n");
            }

            string[] files =
                [.. command.Options.Where(option => option.TakesValue && option.Choices.Length == 0).Select(option => $"\"{command.Name} {option.Name}\"")];
            if (files.Length > 0) script.Append($"      {string.Join('|', files)}) return ;;\n");
            script.Append($"      \"{command.Name} \"*) words=\"{string.Join(' ', command.Options.Select(option => option.Name))}\" ;;\n");
        }

        script.Append($$"""
                esac
              fi
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F {{function}} {{program}}

            """);
        return script.ToString();
    }

    /// <summary>The script for zsh.</summary>
    internal static string Zsh(string program, CompletedCommand[] commands)
    {
        var function = Function(program);
        var script = new StringBuilder($"#compdef {program}\n{function}() {{\n  local -a commands\n  commands=(\n");
        foreach (var command in commands) script.Append($"    '{command.Name}:{ZshText(command.Description)}'\n");
        script.Append("    'completion:Print a script for a shell.'\n  )\n");
        script.Append("  if (( CURRENT == 2 )); then _describe command commands; return; fi\n");
        script.Append(
            "  local command=$words[2]\n  shift words; (( CURRENT-- ))\n  case $command in\n"
            + "    completion) _arguments ':shell:(bash zsh fish)' ;;\n");
        foreach (var command in commands)
        {
            script.Append($"    {command.Name})\n      _arguments");
            foreach (var option in command.Options)
            {
                var value = !option.TakesValue ? "" : option.Choices.Length == 0 ? ":value:_files" : $":value:({string.Join(' ', option.Choices)})";
                script.Append($" \\\n        '{option.Name}[{ZshText(option.Description)}]{value}'");
            }

            script.Append("\n      ;;\n");
        }

        return script.Append($"  esac\n}}\ncompdef {function} {program}\n").ToString();
    }

    /// <summary>The script for fish.</summary>
    internal static string Fish(string program, CompletedCommand[] commands)
    {
        var script = new StringBuilder();
        foreach (var command in commands)
        {
            script.Append($"complete -c {program} -n __fish_use_subcommand -f -a {command.Name} -d {Quoted(command.Description)}\n");
        }
        script.Append($"complete -c {program} -n __fish_use_subcommand -f -a completion -d 'Print a script for a shell.'\n");
        script.Append($"complete -c {program} -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n");
        foreach (var command in commands)
        {
            foreach (var option in command.Options)
            {
                var value = !option.TakesValue ? "" : option.Choices.Length == 0 ? " -r" : $" -x -a '{string.Join(' ', option.Choices)}'";
                script.Append(
                    $"complete -c {program} -n '__fish_seen_subcommand_from {command.Name}' -l {option.Name[2..]}{value} -d "
                    + $"{Quoted(option.Description)}\n");
            }
        }

        return script.ToString();
    }

    private static string Function(string program) => $"_{program.Replace('-', '_')}";

    private static string Quoted(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    // Within '...' a quotation mark ends the text, and [, ] and : end the description.
    private static string ZshText(string text) => text
        .Replace("'", "'\\''", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);
}
