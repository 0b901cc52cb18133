using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Cli.Commands;

/// <summary>
/// <c>missbgm serve</c>: hands over to the program <c>missbgm-serve</c> beside this one, so that nothing else needs ASP.NET Core.
/// </summary>
[Command(Name, Description = "Serve models over HTTP (missbgm serve --help).", ThrowOnUnexpectedArgument = false)]
internal sealed class ServeCommand
{
    internal const string Name = "serve";

    private const string Program = "missbgm-serve";

    /// <summary>What stands after the command's name.</summary>
    public string[] RemainingArguments { get; set; } = [];

    public int OnExecute(IConsole console) => Become(RemainingArguments, console.Error);

    /// <summary>Becomes the service; comes back only where there is none.</summary>
    /// <returns>The exit code.</returns>
    internal static int Become(IReadOnlyList<string> arguments, TextWriter messages)
    {
        var program = Path.Combine(AppContext.BaseDirectory, Program);
        if (File.Exists(program)) Posix.Become(program, arguments);
        messages.WriteLine(
            $"error: the service, {program}, is not there or cannot be run; ./setup.sh builds it, and it needs ASP.NET Core's runtime besides .NET's.");
        return 2;
    }
}
