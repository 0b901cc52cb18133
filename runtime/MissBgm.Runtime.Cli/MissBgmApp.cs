using McMaster.Extensions.CommandLineUtils;
using MissBgm.Runtime.Cli.Commands;

namespace MissBgm.Runtime.Cli;

/// <summary>The program <c>missbgm</c>.</summary>
[Command(Name = "missbgm", Description = "Fills the gaps of tables with a fitted model and says how sure it is.", FullName = "MissBGM runtime")]
[Subcommand(typeof(ImputeCommand))]
[Subcommand(typeof(PredictCommand))]
[Subcommand(typeof(InspectCommand))]
[Subcommand(typeof(EvaluateCommand))]
[Subcommand(typeof(PoolCommand))]
[Subcommand(typeof(SensitivityCommand))]
[VersionOptionFromMember("--version", MemberName = nameof(Version))]
internal sealed class MissBgmApp
{
    /// <summary>Exit code of a fault in the command line or the input.</summary>
    internal const int UserError = 2;

    /// <summary>The toolchain's version.</summary>
    public static string Version => typeof(MissBgmApp).Assembly.GetName().Version!.ToString(3);

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code: 0 done, 2 user input, 3 bad bundle, 4 numerical failure, 130 cancelled.</returns>
    internal static int Run(string[] args, IConsole console)
    {
        using var app = new CommandLineApplication<MissBgmApp>(console);
        app.Conventions.UseDefaultConventions();
        // Help that was asked for is a result; help and hints on wrong usage are messages. The library prints both alike, so they wait for the outcome.
        using var help = new StringWriter();
        foreach (var command in app.Commands.Append(app)) command.Out = help;
        app.OnExecute(() =>
        {
            app.ShowHelp();
            return UserError;
        });
        foreach (var command in app.Commands) command.ValidationErrorHandler = result => Refuse(console, result.ErrorMessage!, $"missbgm {command.Name}");
        try
        {
            var exitCode = app.Execute(args);
            (exitCode == 0 ? console.Out : console.Error).Write(help);
            return exitCode;
        }
        catch (CommandParsingException e)
        {
            var hint = e is UnrecognizedCommandParsingException { NearestMatches: var near } && near.Any() ? $" Did you mean '{near.First()}'?" : "";
            return Refuse(console, e.Message.TrimEnd('.') + "." + hint, e.Command == app ? "missbgm" : $"missbgm {e.Command.Name}");
        }
    }

    private static int Refuse(IConsole console, string message, string command)
    {
        console.Error.WriteLine($"error: {message} See {command} --help.");
        return UserError;
    }
}
