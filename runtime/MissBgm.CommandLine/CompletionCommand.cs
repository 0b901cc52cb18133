using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using McMaster.Extensions.CommandLineUtils;
using McMaster.Extensions.CommandLineUtils.Abstractions;

namespace MissBgm.CommandLine;

/// <summary>The command <c>completion</c>, which prints what makes a shell complete a program's commands and options.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    /// <summary>Adds it to a program.</summary>
    internal static void AddTo(CommandLineApplication app, IConsole console) => app.Command("completion", command =>
    {
        command.Description = "Print a script that makes a shell complete commands and options: source <(" + app.Name + " completion bash).";
        var shell = command.Argument("shell", "bash, zsh or fish.").IsRequired();
        shell.Accepts().Values(ignoreCase: false, Shells);
        command.OnExecute(() =>
        {
            var commands = app.Commands.Where(other => other != command).Select(Described).ToArray();
            console.Out.Write(shell.Value switch
            {
                "bash" => CompletionScripts.Bash(app.Name!, commands),
                "zsh" => CompletionScripts.Zsh(app.Name!, commands),
                _ => CompletionScripts.Fish(app.Name!, commands),
            });
        });
    });

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Programs that are trimmed keep their commands whole: the library needs that, too.")]
    private static CompletedCommand Described(CommandLineApplication command)
    {
        var properties = command is IModelAccessor model ? model.GetModelType().GetProperties() : [];
        var options = properties.Where(property => property.IsDefined(typeof(OptionAttribute))).Select(Described);
        return new CompletedCommand(
            command.Name!, command.Description ?? "", [.. options, new CompletedOption("--help", "Show help.", TakesValue: false, [])]);
    }

    private static CompletedOption Described(PropertyInfo property)
    {
        var option = property.GetCustomAttribute<OptionAttribute>()!;
        var name = option.Template!.Split(' ')[0];
        return new CompletedOption(name, option.Description ?? "", option.OptionType != CommandOptionType.NoValue, Choices(property));
    }

    private static string[] Choices(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum) return [.. Enum.GetNames(type).Select(name => name.ToLowerInvariant())];
        var allowed = property.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(AllowedValuesAttribute));
        return allowed?.ConstructorArguments.LastOrDefault().Value is IReadOnlyCollection<CustomAttributeTypedArgument> values
            ? [.. values.Select(value => (string)value.Value!)]
            : [];
    }
}

/// <summary>A command as a shell completes it.</summary>
internal sealed record CompletedCommand(string Name, string Description, CompletedOption[] Options);

/// <summary>An option as a shell completes it; one that takes a value without choices is completed by files.</summary>
internal sealed record CompletedOption(string Name, string Description, bool TakesValue, string[] Choices);
